"""Structured logs show only what is on the list."""

import json
import logging

from bot.logs import ALLOWED, StructuredFormatter


def _line(message: str, *values: object, **extra: object) -> dict[str, object]:
    record = logging.LogRecord("bot.x", logging.WARNING, "/x.py", 1, message, values, None)
    record.__dict__.update(extra)
    return dict(json.loads(StructuredFormatter().format(record)))


def test_values_are_shown_only_under_an_allowed_name() -> None:
    line = _line("failed for %s", "Ani", desk="palu", chat="-100", user="Ani", count=3)
    assert line["event"] == "failed for %s"
    assert line["desk"] == "palu"
    assert line["count"] == 3
    assert "Ani" not in json.dumps(line)
    assert set(line) <= set(ALLOWED)


def test_an_error_shows_its_kind_and_not_its_text() -> None:
    try:
        raise ValueError("Ani, 0811")
    except ValueError as error:
        line = _line("broken", exc_info=(ValueError, error, None))
    assert line["error"] == "ValueError"
    assert "0811" not in json.dumps(line)


def test_what_is_no_plain_value_is_left_out() -> None:
    assert "desk" not in _line("x", desk={"chat": "-100"})
