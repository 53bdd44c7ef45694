"""Structured logs: one event per line on stderr, JSON for machines or coloured text for a terminal.

Callers bind `project_id`, `run_id` and `request_id` through `structlog.contextvars`; these then
stand in every line of that context, the lines of other libraries included.
"""

import logging
import re
import secrets
import sys
from typing import Literal, cast

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

URL_PASSWORD = re.compile(r"(?P<head>\w://[^\s:/@]*:)[^\s/]+@")


def configure_logging(
    format: Literal["json", "console"] | None = None, level: str = "INFO"
) -> None:
    """Send our events and those of the standard library to stderr in one format.

    Without a format a terminal gets text and everything else JSON. Calling it again replaces the
    former configuration. Passwords inside URLs are masked in every text of an event.
    """
    chosen = format or ("console" if sys.stderr.isatty() else "json")
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # exceptions become text before the masking, so that a URL inside a traceback is masked too
    ending: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    ending += [structlog.processors.format_exc_info, mask_url_passwords]
    if chosen == "json":
        ending.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        ending.append(structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=ending)
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one module: the event says what happened in snake_case, keywords the facts."""
    return cast("structlog.stdlib.BoundLogger", structlog.get_logger(name))


def new_incident() -> str:
    """A number for a reader to quote, such as 3F9C-1B7A; the log has it beside the cause."""
    return f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()


def mask_url_passwords(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the password of every URL in the event's texts."""
    return {
        key: URL_PASSWORD.sub(r"\g<head>***@", value) if isinstance(value, str) else value
        for key, value in event.items()
    }
