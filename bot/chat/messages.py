"""What comes in and what goes out, in words that every channel understands."""

from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any, Self

from bot.chat.text import Text


@dataclass(frozen=True, slots=True)
class Address:
    """Where a conversation is: a channel and that channel's own name of the chat.

    It exists in memory only; rows hold its keyed hash (`KeyRing.conversation_key`).
    """

    channel: str
    chat: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.chat}"

    def __repr__(self) -> str:  # never in a log line or a traceback
        return f"Address({self.channel}:…)"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came in, by the platform's own reference.

    ``stored``: where the platform keeps nothing (the web), the object that holds the upload,
    sealed under a key of its own that only ``reference`` tells.
    """

    kind: str
    reference: str = field(repr=False)
    size: int | None = None
    stored: str | None = None


@dataclass(frozen=True, slots=True)
class AtDesk:
    """The message came from a desk: which one, which moderator, under which card.

    ``desk`` is empty in a moderator's private chat, ``moderator`` where the platform does not say
    who wrote; ``can_write``: whether people can answer there as themselves (not in channels).
    """

    desk: str
    moderator: str
    case: str | None = None
    can_write: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or button press.

    ``channel`` names the platform for the wording of promises; ``message`` is the platform's id of
    the message itself, kept only for "bersihkan". The dispatcher adds ``visitor`` (tells chats of
    today apart) and ``sender_tag`` (the same where a chat is one person's account, else None).
    ``edited``: it changes a message that came before, which stays as it was heard.
    """

    text: str = field(default="", repr=False)
    choice: str | None = None
    attachments: tuple[Attachment, ...] = ()
    channel: str = "terminal"
    message: str | None = field(default=None, repr=False)
    visitor: bytes | None = field(default=None, repr=False)
    sender_tag: bytes | None = field(default=None, repr=False)
    desk: AtDesk | None = None
    edited: bool = False

    @property
    def command(self) -> str | None:
        """``mulai`` for ``/mulai``, ``/mulai@bot`` or ``/mulai sesuatu``; None for other text."""
        if not self.text.startswith("/"):
            return None
        word = self.text[1:].split(maxsplit=1)[:1]
        return word[0].split("@")[0].lower() if word else None

    @property
    def argument(self) -> str:
        """What follows the command."""
        parts = self.text.split(maxsplit=1)
        return parts[1].strip() if len(parts) > 1 else ""


PRIVATE_LINK = "k-"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button, a list row, or a letter to type. ``data`` is at most 64 bytes.

    Data that begins with `PRIVATE_LINK` leads a moderator into his private chat with the bot,
    where the platform has such links.
    """

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to send: a neutral name and new bytes, never a platform's reference.

    ``kept``: object and key (hex) of a copy in the evidence store, for the web room, which shows
    it from there.
    """

    name: str
    content: bytes = field(repr=False)
    kept: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send.

    ``replaces``: edit the message whose button was pressed, where the platform can.
    ``secret``: a receipt; it stands alone and gets a copy button where the platform has one.
    ``clears``: delete what can be deleted of this chat before sending.
    ``protected``: not to be forwarded or saved (cards at a desk).
    ``silent``: it rings nobody's phone, where the platform can.
    ``case``: at a desk, the case that the message shows and with which it is erased.
    ``replies_to``: at a desk, the id of the message that it belongs under, where the platform can.
    """

    text: Text
    choices: tuple[Choice, ...] = ()
    files: tuple[File, ...] = ()
    replaces: bool = False
    secret: bool = False
    clears: bool = False
    protected: bool = False
    case: str | None = None
    silent: bool = False
    replies_to: str | None = None

    def dump(self) -> dict[str, Any]:
        return {
            "text": self.text.dump(),
            "choices": [[choice.label, choice.data] for choice in self.choices],
            "files": [
                [file.name, b64encode(file.content).decode(), *(file.kept or ())]
                for file in self.files
            ],
            "flags": [self.replaces, self.secret, self.clears, self.protected, self.silent],
            "case": self.case,
            "replies_to": self.replies_to,
        }

    @classmethod
    def load(cls, value: dict[str, Any]) -> Self:
        replaces, secret, clears, protected, *silent = value["flags"]
        return cls(
            Text.load(value["text"]),
            tuple(Choice(label, data) for label, data in value["choices"]),
            tuple(
                File(name, b64decode(content), (kept[0], kept[1]) if kept else None)
                for name, content, *kept in value["files"]
            ),
            replaces,
            secret,
            clears,
            protected,
            case=value.get("case"),
            silent=any(silent),
            replies_to=value.get("replies_to"),
        )
