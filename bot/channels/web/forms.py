"""What a form carries, and how it comes back: bounded, urlencoded, proven to be ours."""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from bot.keys.crypto import keyed_hash, subkey
from bot.keys.ring import KeyRing
from bot.limits import MESSAGE_MAX, TELEGRAM_CALLBACK_BYTES, WEB_FORM_MAX
from bot.store.ids import new_id

_FIELDS_MAX = 200
_ID = re.compile(r"[0-9a-f]{32}")
_PURPOSE = "web-form"


class FormError(Exception):
    """The form cannot be served; ``reason`` names the text below ``web.error``."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Step:
    """Hidden fields of one form: whose conversation, which step, and the proof of both."""

    conversation: str
    step: str
    seal: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the person wrote or pressed; ``shown`` is how the page repeats it."""

    text: str
    choice: str | None
    shown: str

    @property
    def problem(self) -> str | None:
        """The text below ``web.notice`` that says what is wrong, or None."""
        if not self.text.strip() and not self.choice:
            return "empty"
        return "long" if len(self.text) > MESSAGE_MAX else None


class Steps:
    """Makes and checks the hidden fields, under the keys of today and yesterday."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def fresh(self, conversation: str) -> Step:
        step = new_id()
        return Step(conversation, step, _proof(self._keys()[0], conversation, step))

    def opened(self, fields: Mapping[str, str], conversation: str | None = None) -> Step:
        """The step that a form carried; ``conversation`` when it is known beforehand.

        Raises `FormError` when a field is missing or the proof is not ours.
        """
        step = Step(
            conversation or fields.get("obrolan", ""),
            fields.get("langkah", ""),
            fields.get("segel", ""),
        )
        ids = (step.step, step.seal) if conversation else (step.conversation, step.step, step.seal)
        if not all(_ID.fullmatch(value) for value in ids):
            raise FormError(400, "broken")
        proofs = [_proof(key, step.conversation, step.step) for key in self._keys()]
        if not any(hmac.compare_digest(proof, step.seal) for proof in proofs):
            raise FormError(400, "old")
        return step

    def _keys(self) -> list[bytes]:
        today, yesterday = self._ring.days()
        keys = [subkey(self._ring.state_key(today), _PURPOSE)]
        try:
            keys.append(subkey(self._ring.state_key(yesterday), _PURPOSE))
        except KeyError:
            return keys
        return keys


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a urlencoded body; of a repeated field, the first that is not empty.

    Raises `FormError` for another content type, a body over the limit, or too many fields.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise FormError(400, "broken")
    body = (await _body(request)).decode("utf-8", "replace")
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=_FIELDS_MAX)
    except ValueError:
        raise FormError(400, "broken") from None
    fields: dict[str, str] = {}
    for name, value in pairs:
        fields[name] = fields.get(name) or value
    return fields


def said(fields: Mapping[str, str]) -> Said:
    """What a form says. Raises `FormError` for a choice longer than any of ours."""
    choice = fields.get("pilihan") or None
    if choice and len(choice.encode()) > TELEGRAM_CALLBACK_BYTES:
        raise FormError(400, "broken")
    text = "" if choice else _clean(fields.get("text", ""))
    shown = fields.get(f"nama:{choice or text}", choice or text)
    return Said(text, choice, _clean(shown)[:MESSAGE_MAX])


async def _body(request: Request) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > WEB_FORM_MAX:
                raise FormError(413, "large")
    except ClientDisconnect:
        raise FormError(400, "broken") from None
    return bytes(body)


def _clean(text: str) -> str:
    """Lines end as everywhere else; NUL cannot be stored by PostgreSQL."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _proof(key: bytes, conversation: str, step: str) -> str:
    return keyed_hash(key, f"{conversation}:{step}", _PURPOSE).hex()
