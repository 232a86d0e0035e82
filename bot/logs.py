"""Logging that says what happened and never to whom.

Libraries that print addresses, tokens or texts stay at WARNING; whatever still looks like a
token, a number or an address is dropped by a last filter.
"""

import logging
import re

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


def set_up(level: int = logging.INFO) -> None:
    """Install the handler and quiet the libraries; call once, before anything else."""
    handler = logging.StreamHandler()
    handler.addFilter(NothingPersonal())
    handler.setFormatter(BriefFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
