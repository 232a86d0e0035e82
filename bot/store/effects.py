"""What a handler wants recorded, as data; `bot.store.apply` writes it in the one short commit."""

from dataclasses import dataclass, field

TIP, QUESTION = "tip", "question"  # kinds of cases
MAIN, QUARANTINE, EXERCISE = "main", "saring", "uji"  # lanes of cases
MODERATOR, OWNER = "moderator", "owner"  # roles at a desk


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
    """A tip, or a question to a curator desk, and its delivery, committed together.

    ``missing``: how many parts it lacks to be checkable (`bot.tips.form.missing_parts`).
    """

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
    lane: str = MAIN
    evidence: tuple[str, ...] = ()
    missing: int = 0


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
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeCase:
    """A moderator's action, refused when the case has moved on since it was read.

    None leaves a value as it is; ``released`` takes the claim off.
    """

    case_id: str
    version: int
    desk: str
    moderator: str
    action: str
    day: str
    status: str | None = None
    claimed_by: str | None = None
    expires: str | None = None
    released: bool = False
    lane: str | None = None
    blocked: bool | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class MoveCase:
    """A case goes to another desk: its messages are sealed anew for it and delivered there.

    ``messages`` holds every message of the case by sequence. Refused when the case has moved on.
    """

    case_id: str
    version: int
    desk: str
    to_desk: str
    month: str
    moderator: str
    day: str
    due: int
    messages: tuple[tuple[int, SealedMessage], ...]
    action: str = "alihkan"


@dataclass(frozen=True, slots=True)
class QueueEvidence:
    """A file of a draft was named: make its copy. ``job`` is sealed under the key of ``day``."""

    id: str
    day: str
    due: int
    job: bytes = field(repr=False)
    original: str | None = None


@dataclass(frozen=True, slots=True)
class DropEvidence:
    """Files that leave a draft, with their copies."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskNudge:
    """Whoever sent the tip wants one neutral notice; ``body`` and ``chat`` under the week's key."""

    id: str
    case_id: str
    week: str
    until: str
    chat: bytes = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StopNudges:
    """Erase every notice to a chat, by its keyed hashes."""

    chats: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Block:
    """A desk hears a sender no more, for as long as the day's key lives."""

    desk: str
    tag: bytes = field(repr=False)
    day: str


@dataclass(frozen=True, slots=True)
class CountAtDesk:
    """One more in a desk's numbers of a week; no case, no person."""

    desk: str
    week: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ShowEvidence:
    """Bring a case's files to its desk, unless they are there already."""

    case_id: str
    desk: str
    due: int


@dataclass(frozen=True, slots=True)
class Record:
    """What was done at a desk, for the audit, when it changes no case: opened, exported …"""

    desk: str
    moderator: str
    action: str
    day: str
    case_id: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something for one moderator in private: ``open`` (a sealed case), ``export``, ``form``, or
    ``remove`` (``message`` in his chat). ``due``: not before."""

    kind: str
    channel: str
    desk: str
    moderator: str
    case_id: str
    due: int
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Invite:
    """A one-time invitation, by its hash. ``moderator``: it only signs this one in again."""

    desk: str
    until: int
    hash: bytes = field(repr=False)
    role: str = MODERATOR
    moderator: str | None = None


@dataclass(frozen=True, slots=True)
class Unenrol:
    """A moderator leaves a desk; his sessions end."""

    desk: str
    moderator: str


@dataclass(frozen=True, slots=True)
class SetPin:
    """A moderator's PIN (hashed), or None to reset it; the tries begin anew."""

    desk: str
    moderator: str
    pin: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class CountPinTry:
    """One wrong PIN, or none any more when it was right."""

    desk: str
    moderator: str
    right: bool


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
    role: str = MODERATOR


Effect = (
    AcceptTip
    | AddToCase
    | ChangeCase
    | MoveCase
    | WithdrawTip
    | QueueEvidence
    | DropEvidence
    | AskNudge
    | StopNudges
    | Block
    | CountAtDesk
    | Record
    | Errand
    | Invite
    | Enrol
    | Unenrol
    | SetPin
    | CountPinTry
    | ShowEvidence
    | ForgetChat
    | CountFeedback
)
