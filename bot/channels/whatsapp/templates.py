"""Buttons and lists: content templates whose every part is a variable, so that a few fit all.

`setup.apply` creates them; the running service finds them by name, which changes with the form.
They are only sent as answers, within the 24 hours that need no approval.
"""

import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from twilio.rest import Client

from bot.channels.whatsapp.calls import call
from bot.channels.whatsapp.rendering import shown, units
from bot.chat.delivery_errors import DeliveryError
from bot.chat.messages import Choice, Outgoing
from bot.chat.typed import LETTERS
from bot.chat.wording import Wording
from bot.limits import (
    WHATSAPP_BUTTON_TITLE,
    WHATSAPP_BUTTONS,
    WHATSAPP_INTERACTIVE_TEXT,
    WHATSAPP_ROW_DESCRIPTION,
    WHATSAPP_ROW_TITLE,
    WHATSAPP_ROWS,
    WHATSAPP_TEMPLATES_AGAIN,
)

LANGUAGE = "id"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Template:
    """``types`` as the Content API takes them, ``samples`` a value for each variable."""

    kind: str
    types: dict[str, Any]
    samples: dict[str, str]

    @property
    def name(self) -> str:
        form = json.dumps(self.types, sort_keys=True).encode()
        return f"tanya_netral_{self.kind}_{blake2b(form, digest_size=4).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A template by kind, and its variables."""

    kind: str
    variables: dict[str, str] = field(repr=False)


def all_templates(wording: Wording) -> list[Template]:
    """One for each number of buttons and rows, rows with and without a second line."""
    button = wording.plain("whatsapp.list_button")
    rows = range(1, WHATSAPP_ROWS + 1)
    return [
        *(_buttons(number) for number in range(1, WHATSAPP_BUTTONS + 1)),
        *(_rows(number, button, described=False) for number in rows),
        *(_rows(number, button, described=True) for number in rows),
    ]


def fill(message: Outgoing) -> Filled | None:
    """Buttons for up to three short choices, a list for up to ten, None where neither can show
    everything."""
    choices = message.choices
    if not choices or units(str(message.text).strip()) > WHATSAPP_INTERACTIVE_TEXT:
        return None  # the plain text is the shorter one
    text = shown(message.text).strip()
    if not text or units(text) > WHATSAPP_INTERACTIVE_TEXT:
        return None
    longest = max(units(choice.label) for choice in choices)
    if len(choices) <= WHATSAPP_BUTTONS and longest <= WHATSAPP_BUTTON_TITLE:
        return _filled("tombol", text, [(c.label, c.data) for c in choices])
    if len(choices) > WHATSAPP_ROWS or longest > WHATSAPP_ROW_DESCRIPTION:
        return None
    if longest <= WHATSAPP_ROW_TITLE and _differ(choices):
        return _filled("daftar", text, [(c.label, c.data) for c in choices])
    rows = [(_title(at, c.label), c.data, c.label) for at, c in enumerate(choices)]
    return _filled("uraian", text, rows)


class Templates:
    """Which templates exist in the account; looked up once, and again after a failure."""

    def __init__(self, client: Client, wording: Wording, *, available: bool) -> None:
        self._client = client
        self._names = {template.kind: template.name for template in all_templates(wording)}
        self._sids: dict[str, str] | None = None if available else {}
        self._not_before = 0.0

    async def sid(self, kind: str) -> str | None:
        if self._sids is None and time.monotonic() >= self._not_before:
            await self._look()
        return (self._sids or {}).get(self._names[kind])

    def refused(self) -> None:
        """Write letters for a while, then look again."""
        self._sids = None
        self._not_before = time.monotonic() + WHATSAPP_TEMPLATES_AGAIN

    async def _look(self) -> None:
        self._not_before = time.monotonic() + WHATSAPP_TEMPLATES_AGAIN
        try:
            self._sids = await existing(self._client)
        except DeliveryError as error:
            _log.warning("Templates could not be looked up: %s", type(error).__name__)


async def existing(client: Client) -> dict[str, str]:
    """Name to SID of every template in the account. Raises the delivery errors."""
    found = await call(lambda: client.content.v1.contents.list_async(page_size=500))
    return {str(content.friendly_name): str(content.sid) for content in found}


def _buttons(number: int) -> Template:
    actions = [
        {"type": "QUICK_REPLY", "title": _slot(2 * at + 2), "id": _slot(2 * at + 3)}
        for at in range(number)
    ]
    types = {"twilio/quick-reply": {"body": _slot(1), "actions": actions}}
    return Template(f"tombol_{number}", types, _samples(2 * number + 1))


def _rows(number: int, button: str, *, described: bool) -> Template:
    names = ("item", "id", "description")[: 3 if described else 2]
    items = [
        {name: _slot(at * len(names) + place) for place, name in enumerate(names, 2)}
        for at in range(number)
    ]
    types = {"twilio/list-picker": {"body": _slot(1), "button": button, "items": items}}
    kind = f"{'uraian' if described else 'daftar'}_{number}"
    return Template(kind, types, _samples(len(names) * number + 1))


def _slot(number: int) -> str:
    return "{{" + str(number) + "}}"


def _samples(count: int) -> dict[str, str]:
    return {str(number): f"contoh {number}" for number in range(1, count + 1)}


def _filled(kind: str, text: str, rows: Sequence[tuple[str, ...]]) -> Filled:
    values = [text, *(value for row in rows for value in row)]
    variables = {str(number): value for number, value in enumerate(values, 1)}
    return Filled(f"{kind}_{len(rows)}", variables)


def _differ(choices: Sequence[Choice]) -> bool:
    return len({choice.label for choice in choices}) == len(choices)


def _title(at: int, label: str) -> str:
    """The letter keeps titles apart; the whole label stands below it."""
    start = f"{LETTERS[at]}. {label}"
    if units(start) <= WHATSAPP_ROW_TITLE:
        return start
    words = start[: WHATSAPP_ROW_TITLE - 1].rsplit(" ", 1)[0]
    while units(words) > WHATSAPP_ROW_TITLE - 1:
        words = words[:-1]
    return f"{words}…"
