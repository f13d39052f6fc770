# The image of the shop: `perseus serve`, and with another command its workers, migrations and checks.
# What it holds and how it is run: docs/operations.md. Linted by `make check`.

FROM python:3.13.5-slim-bookworm AS build
WORKDIR /source
RUN python -m venv /opt/perseus
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
# What other people wrote changes seldom: it is installed in a layer of its own, at the versions that were tested.
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN mkdir -p src/core src/ports src/adapters src/bootstrap \
    && /opt/perseus/bin/pip install --constraint constraints.txt '.[postgres,workers,sso]'
COPY src ./src
RUN /opt/perseus/bin/pip install --constraint constraints.txt --no-deps --force-reinstall .

FROM python:3.13.5-slim-bookworm AS runtime
# A fixed number, so that whoever mounts a volume knows whose it has to be.
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/perseus --create-home perseus
COPY --from=build /opt/perseus /opt/perseus
ENV PATH=/opt/perseus/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PERSEUS_ENV=production \
    PERSEUS_HOST=0.0.0.0 \
    PERSEUS_PORT=9000 \
    PERSEUS_DATA_DIR=/var/lib/perseus
WORKDIR /var/lib/perseus
USER 10001:10001
VOLUME ["/var/lib/perseus"]
EXPOSE 9000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as ask; ask.urlopen('http://127.0.0.1:9000/health/ready', timeout=4)"]
ENTRYPOINT ["perseus"]
CMD ["serve"]
