"""What a handler wants recorded, as data; `bot.store.apply` writes it in the one short commit."""

from dataclasses import dataclass, field

TIP, QUESTION = "tip", "question"  # kinds of cases


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """One message of a case, encrypted, with its key wrapped for those who may open it."""

    direction: str
    body: bytes = field(repr=False)
    key_for_desk: bytes = field(repr=False)
    key_for_delivery: bytes | None = field(default=None, repr=False)
    key_for_thread: bytes | None = field(default=None, repr=False)
    month: str = ""


@dataclass(frozen=True, slots=True)
class SealedReceipt:
    """What a receipt opens. ``lookup`` finds it, ``secret`` is the thread's key under it."""

    lookup: bytes = field(repr=False)
    secret: bytes = field(repr=False)
    kdf: int = 1


@dataclass(frozen=True, slots=True)
class AcceptTip:
    """A tip, or a question to a curator desk, and its delivery, committed together."""

    case_id: str
    code: str
    desk: str
    month: str
    tip: SealedMessage
    opened: str
    expires: str
    due: int
    receipt: SealedReceipt | None = None
    thread_key: bytes | None = field(default=None, repr=False)
    sender: bytes | None = field(default=None, repr=False)
    kind: str = TIP


@dataclass(frozen=True, slots=True)
class AddToCase:
    """A message in an existing case. ``deliver_due`` puts it into the outbox as well.

    ``sequence`` was authenticated with the text: if another message took the place, the commit
    is refused and the handler runs again.
    """

    case_id: str
    sequence: int
    message: SealedMessage
    day: str
    deliver_due: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeCase:
    """A moderator's action, refused when the case has moved on since it was read."""

    case_id: str
    version: int
    desk: str
    moderator: str
    action: str
    day: str
    status: str | None = None
    claimed_by: str | None = None
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawTip:
    """Take a tip back: erased if the worker has not taken it up, else marked as withdrawn.

    Refused when ``handed`` is no longer true, because the person is told which it is.
    """

    case_id: str
    handed: bool


@dataclass(frozen=True, slots=True)
class ForgetChat:
    """Erase this chat's own rows (state, traces)."""


@dataclass(frozen=True, slots=True)
class CountFeedback:
    """One more person found a topic helpful or not; no text, no sender."""

    topic: str
    outcome: str
    day: str


@dataclass(frozen=True, slots=True)
class Enrol:
    """A moderator joins a desk with a one-time invitation."""

    desk: str
    moderator: str
    invitation: bytes = field(repr=False)
    day: str


Effect = AcceptTip | AddToCase | ChangeCase | WithdrawTip | ForgetChat | CountFeedback | Enrol
