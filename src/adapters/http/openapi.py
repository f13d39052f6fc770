"""/openapi"""

from __future__ import annotations

from typing import cast

from flask import current_app
from werkzeug.exceptions import NotFound

from adapters.http.access import PUBLIC
from adapters.http.routing import CATALOGUE, SERVICE, Resource
from adapters.http.spec import SURFACES, Documentation

EXTENSION = "perseus-documentation"
openapi = Resource("openapi", __name__, "/openapi", SERVICE)


@openapi.on("GET", "/<surface>.json", allow=PUBLIC, cache=CATALOGUE)
def show_description(surface: str) -> dict[str, object]:
    """Describe one surface of the API as OpenAPI 3.1."""
    if surface not in SURFACES:
        raise NotFound
    return cast("Documentation", current_app.extensions[EXTENSION]).document(surface)
