# Two stages: what installs does not ship. Runs as nobody in particular, with a read-only root; /data is all it writes.
FROM python:3.11-slim AS install
COPY requirements.lock /requirements.lock
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: --requirement /requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mailbox \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=install /venv /venv
WORKDIR /app
COPY consent consent
COPY connectors connectors
COPY schemas schemas
COPY mailbox mailbox
# PYTHONPATH: `mailbox` is also in the standard library, and ours has to come first (decision 0001).
ENV PATH=/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MO_DATABASE_URL=sqlite+aiosqlite:////data/mailbox.db \
    MO_OBJECTS_DIR=/data/objects \
    MO_KEK_FILE=/data/keys/kek.json \
    MO_TOKEN_KEY_FILE=/data/keys/token.json
USER 10001:10001
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-m", "mailbox", "health", "--port", "8000"]
CMD ["python", "-m", "mailbox", "serve", "--host", "0.0.0.0", "--port", "8000"]
