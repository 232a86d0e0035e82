"""Logging that says what happened and never to whom.

Libraries that print addresses, tokens or texts stay at WARNING; whatever still looks like a
token, a number or an address is dropped by a last filter.
"""

import json
import logging
import re
from datetime import UTC, datetime

_QUIET = (
    "httpx",
    "httpcore",
    "telegram",
    "twilio",
    "aiosqlite",
    "sqlalchemy",
    "alembic",
    "asyncio",
    "uvicorn",
    "hpack",
)
ALLOWED = (
    "time",
    "level",
    "logger",
    "event",
    "error",
    "desk",
    "channel",
    "part",
    "status",
    "count",
    "seconds",
    "tries",
)
_SUSPICIOUS = re.compile(r"\d{8,}|[\w.+-]+@[\w-]+\.\w+|bot\d+:|\+62|whatsapp:")


class NothingPersonal(logging.Filter):
    """Drops records whose finished text looks like a token, phone number, e-mail or long id."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not _SUSPICIOUS.search(record.getMessage())


class BriefFormatter(logging.Formatter):
    """One line: no traceback, because local values and messages may hold what a person wrote."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        record.exc_info = record.exc_text = record.stack_info = None
        line = super().format(record)
        return f"{line} ({type(error).__name__})" if error else line


class StructuredFormatter(logging.Formatter):
    """One JSON object a line, with the keys of `ALLOWED` and no others.

    ``event`` is the sentence without its values; a value is shown only where the caller gave it
    under an allowed name (``extra={"desk": …}``).
    """

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        values: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": str(record.msg),
            "error": type(error).__name__ if error else None,
        }
        given = {key: record.__dict__[key] for key in ALLOWED if key in record.__dict__}
        shown = {key: value for key, value in (given | values).items() if _plain(value)}
        return json.dumps({key: shown[key] for key in ALLOWED if key in shown})


def _plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def set_up(level: int = logging.INFO) -> None:
    """Install the handler and quiet the libraries; call once, before anything else."""
    handler = logging.StreamHandler()
    handler.addFilter(NothingPersonal())
    handler.setFormatter(BriefFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def as_json() -> None:
    """From now on a JSON object a line (``LOG_JSON``)."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(StructuredFormatter())
