"""Twilio's form to what the dispatcher understands. Names, numbers and positions stay behind."""

import re
from dataclasses import dataclass, field

from starlette.datastructures import FormData

from bot.chat.messages import Address, Attachment, Incoming

CHANNEL = "whatsapp"
PREFIX = "whatsapp:"
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_SENDER = re.compile(r"whatsapp:\S{1,128}")
_MEDIA_MAX = 10
_CHOICE_MAX = 64
_SILENT = {"reaction"}
_BUTTONS = {"button", "interactive"}
_KINDS = {"image": "photo", "audio": "voice", "video": "video"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One message. ``to`` is where answers go; ``notice`` names a text that answers what is not
    passed on at all, such as a position on the map."""

    address: Address
    to: str = field(repr=False)
    event: str = field(repr=False)
    incoming: Incoming
    notice: str = ""


class NoMessage(Exception):
    """A signed form that is no WhatsApp message."""


def understand(form: FormData, media_base: str) -> Heard | None:
    """What a form means to us; None for what needs no answer. Raises NoMessage.

    ``media_base`` is where Twilio's media lie; links to other places are dropped.
    """
    fields = _Fields(form)
    event, sender = fields["MessageSid"], fields["From"]
    if not _SID.fullmatch(event):
        raise NoMessage
    if not _SENDER.fullmatch(sender) or fields["MessageType"] in _SILENT:
        return None
    if fields["OptOutType"] == "STOP":
        return None  # Twilio has answered, and takes nothing more for this person
    address = Address(CHANNEL, _identity(fields, sender))
    text, choice, files = fields["Body"], _choice(fields), _attachments(fields, media_base)
    incoming = Incoming(text, choice, files, CHANNEL, event)
    return Heard(address, sender, event, incoming, _notice(fields, incoming))


class _Fields:
    """Single values; a missing field is empty."""

    def __init__(self, form: FormData) -> None:
        self._form = form

    def __getitem__(self, name: str) -> str:
        return str(self._form.get(name, ""))


def _identity(fields: _Fields, sender: str) -> str:
    """The person: by Meta's own id where there is one, because a number may be missing."""
    known = fields["ExternalUserId"] or fields["WaId"] or sender
    return known.removeprefix(PREFIX).lstrip("+")


def _choice(fields: _Fields) -> str | None:
    """What a button or row of ours carries; labels without it are resolved as typed text."""
    data = fields["ButtonPayload"] or fields["ListId"]
    is_ours = fields["MessageType"] in _BUTTONS and 0 < len(data.encode()) <= _CHOICE_MAX
    return data if is_ours else None


def _notice(fields: _Fields, incoming: Incoming) -> str:
    if fields["Latitude"] or fields["MessageType"] == "location":
        return "location"
    if fields["MessageType"] == "contacts" or _is_card(fields):
        return "contact"
    return "" if incoming.text.strip() or incoming.choice or incoming.attachments else "unsupported"


def _is_card(fields: _Fields) -> bool:
    return "vcard" in fields["MediaContentType0"].lower()


def _attachments(fields: _Fields, media_base: str) -> tuple[Attachment, ...]:
    count = fields["NumMedia"]
    number = min(int(count), _MEDIA_MAX) if count.isascii() and count.isdecimal() else 0
    return tuple(
        Attachment(_kind(fields, place), _reference(fields[f"MediaUrl{place}"], media_base))
        for place in range(number)
    )


def _kind(fields: _Fields, place: int) -> str:
    if fields["MessageType"] == "sticker":
        return "sticker"
    family = fields[f"MediaContentType{place}"].partition("/")[0].lower()
    return _KINDS.get(family, "document")


def _reference(url: str, media_base: str) -> str:
    return url if url.startswith(f"{media_base}/") else ""
