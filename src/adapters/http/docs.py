"""/docs"""

from __future__ import annotations

from pathlib import Path

import flask_swagger_ui
from flask import Response, request, send_from_directory

from adapters.http.access import PUBLIC
from adapters.http.answers import to_json
from adapters.http.routing import SERVICE, Resource
from adapters.http.spec import SURFACES, TITLES

# Swagger UI's own files, from the installed package: the page works without a network.
_DIST = Path(flask_swagger_ui.__file__).parent / "dist"
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_DAY = "public, max-age=86400"
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Perseus API</title>
<link rel="stylesheet" href="{base}/swagger-ui.css">
<link rel="icon" href="{base}/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="{base}/swagger-ui-bundle.js"></script>
<script src="{base}/swagger-ui-standalone-preset.js"></script>
<script src="{base}/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({{
  urls: {urls},
  dom_id: "#swagger-ui",
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
}});
"""

docs = Resource("docs", __name__, "/docs", SERVICE)


@docs.on("GET", "", allow=PUBLIC)
def show_page() -> Response:
    """Read and try the API in a browser."""
    page = _PAGE.format(base=f"{request.script_root}/docs")
    return Response(page, mimetype="text/html", headers={"Content-Security-Policy": _POLICY})


@docs.on("GET", "/start.js", allow=PUBLIC)
def show_start() -> Response:
    """Open the page with a choice between the surfaces."""
    urls = [{"url": f"{request.script_root}/openapi/{name}.json", "name": TITLES[name]} for name in SURFACES]
    return Response(_START.format(urls=to_json(urls).decode()), mimetype="text/javascript")


@docs.on("GET", "/<file>", allow=PUBLIC, cache=_DAY)
def show_file(file: str) -> Response:
    """Serve one of Swagger UI's own files."""
    return send_from_directory(_DIST, file, max_age=86_400)
