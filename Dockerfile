# The server in a container. What lasts is in /var/lib/adaptwise, or in PostgreSQL (ADAPTWISE_DATABASE_URL).
# docs/operating.md says how to run it; compose.yaml does.

FROM debian:12-slim AS packages
# Debian's releases are what is pinned: a pinned version is gone from its archive with the next security update.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates graphviz python3 swi-prolog-core-packages \
    && rm -rf /var/lib/apt/lists/*

FROM packages AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY requirements-build.lock requirements-postgresql.lock ./
RUN python3 -m venv /opt/adaptwise \
    && /opt/adaptwise/bin/pip install --no-cache-dir --require-hashes \
        -r requirements-build.lock -r requirements-postgresql.lock
COPY . .
RUN /opt/adaptwise/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM packages
COPY --from=build /opt/adaptwise /opt/adaptwise
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/adaptwise adaptwise
ENV PATH=/opt/adaptwise/bin:/usr/bin:/bin \
    ADAPTWISE_HOME=/var/lib/adaptwise \
    ADAPTWISE_LOG_FORMAT=json \
    HOST=0.0.0.0 \
    PORT=8000
USER 10001
WORKDIR /var/lib/adaptwise
VOLUME /var/lib/adaptwise
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["adaptwise"]
CMD ["serve"]
