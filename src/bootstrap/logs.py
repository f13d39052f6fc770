"""One form for all lines a serving process logs, also those of libraries: JSON without secrets."""

import logging
import sys

import structlog

from adapters.http.logs import configure_logs, redact


def configure_process_logs(level: str) -> None:
    """level: debug, info, warning or error. Call once, at the start of a process."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    configure_logs(threshold)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(threshold)
    # Alembic announces itself at every look, and readiness looks often.
    logging.getLogger("alembic").setLevel(logging.WARNING)
