"""The tables. Times are whole seconds and exist only until a row is acknowledged; every other
date is a day (ISO text). Ciphertext and keyed hashes are BLOBs; ids are random, never counted."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

metadata = MetaData()
_Whole = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *parts: SchemaItem) -> Table[Any]:
    return Table(name, metadata, *parts, sqlite_strict=True)


# Permanent random values, such as the salt of receipts.
constants = _table(
    "constants",
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

# One row a chat, under the chat's keyed hash of the day; `body` is sealed under the day's key.
conversations = _table(
    "conversations",
    Column("key", LargeBinary, primary_key=True),
    Column("day", Text, nullable=False),
    Column("version", _Whole, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# Keyed hashes of platform message ids that were handled.
seen = _table(
    "seen",
    Column("hash", LargeBinary, primary_key=True),
    Column("day", Text, nullable=False),
)

# Message ids of a chat, sealed under the trace key of the day; tips never refer to them.
traces = _table(
    "traces",
    Column("id", Text, primary_key=True),
    Column("chat", LargeBinary, nullable=False),
    Column("day", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# One row a tip or a question to curators, without its content.
cases = _table(
    "cases",
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("desk", Text, nullable=False),
    Column("month", Text, nullable=False),  # whose desk key opens it
    Column("status", Text, nullable=False),
    Column("moderator", Text),
    Column("version", _Whole, nullable=False),
    Column("opened", Text, nullable=False),
    Column("expires", Text, nullable=False),
    Column("handed", Integer, nullable=False, server_default="0"),  # the worker has taken it up
    Column("delivered", Text),
    Column("thread_key", LargeBinary),  # public half; None when no receipt was wanted
    Column("sender", LargeBinary),  # sealed sender tag, dies with the day's key
    Column("sender_day", Text),
    Column("kind", Text, nullable=False, server_default="tip"),  # tip, question
    Column("lane", Text, nullable=False, server_default="main"),  # main, saring, uji
    Column("blocked", Integer, nullable=False, server_default="0"),  # takes no additions
    Column("merged_into", Text),
    Column("missing", Integer, nullable=False, server_default="0"),  # parts of a checkable tip
)
Index("cases_lane", *(cases.c[n] for n in ("desk", "lane", "missing", "opened", "code", "status")))

# A file of a draft or a tip: first a job to make its copy (`job` sealed under the day's key: where
# to fetch it), then the sealed `result`; once its tip is sent, the tip holds the file's key.
evidence = _table(
    "evidence",
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),  # waiting, ready, refused, kept
    Column("day", Text, nullable=False),
    Column("due", _Whole, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("job", LargeBinary),
    Column("result", LargeBinary),
    Column("object", Text),  # the sealed copy in the evidence store
    Column("original", Text),  # the sealed upload, until its copy is made (web only)
    Column("case_id", Text),
    Column("sequence", _Whole),
)
Index("evidence_due", evidence.c.state, evidence.c.due)
Index("evidence_case", evidence.c.case_id)

# Objects whose rows are gone and which the sweep still has to delete.
doomed_objects = _table("doomed_objects", Column("object", Text, primary_key=True))

# An opt-in notice to a tipster: the address sealed under the key of `week`, `chat` its keyed hash
# under the same key; `due` is set when there is something to read.
nudges = _table(
    "nudges",
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("week", Text, nullable=False),
    Column("chat", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("until", Text, nullable=False),
    Column("due", _Whole),
    Column("tries", Integer, nullable=False),
)

# Senders whom a desk does not hear for the rest of the day, by the tag of that day.
blocks = _table(
    "blocks",
    Column("desk", Text, primary_key=True),
    Column("tag", LargeBinary, primary_key=True),
    Column("day", Text, nullable=False),
)

# What was said in a case: the tip (0), additions and replies, each under a key of its own.
case_messages = _table(
    "case_messages",
    Column("case_id", Text, primary_key=True),
    Column("sequence", _Whole, primary_key=True),
    Column("direction", Text, nullable=False),  # tip, addition, reply, note
    Column("body", LargeBinary, nullable=False),
    Column("key_for_desk", LargeBinary, nullable=False),
    Column("key_for_delivery", LargeBinary),
    Column("key_for_thread", LargeBinary),
    Column("month", Text, nullable=False),
    Column("day", Text, nullable=False),
)

# What a receipt opens: the secret half of the thread key, under the receipt's own key.
receipts = _table(
    "receipts",
    Column("lookup", LargeBinary, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("kdf", Integer, nullable=False),
    Column("secret", LargeBinary, nullable=False),
)

# One row a delivery. `due` is not-before, lease and back-off in one; acknowledging deletes it.
outbox = _table(
    "outbox",
    Column("id", Text, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("sequence", _Whole, nullable=False),
    Column("due", _Whole, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("dead", Integer, nullable=False),
    Column("steps", Text, nullable=False),  # JSON: finished step -> message id at the desk
    UniqueConstraint("case_id", "sequence"),
)
Index("outbox_due", outbox.c.dead, outbox.c.due)

# Pacing: when a desk may get its next message, which worker holds the desk (and remembers what
# was alike), and the day of the last morning summary.
destinations = _table(
    "destinations",
    Column("desk", Text, primary_key=True),
    Column("next_at", _Whole, nullable=False),
    Column("holder", Text),
    Column("lease", _Whole, nullable=False, server_default="0"),
    Column("summary_day", Text),
)

# Which messages at a desk belong to a case, to edit or remove them later; a digest to several.
desk_messages = _table(
    "desk_messages",
    Column("desk", Text, primary_key=True),
    Column("message", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("step", Text, nullable=False, server_default="card"),
    Column("day", Text, nullable=False),
)

# The web room's own messages, sealed under the desk's key of the month.
room_messages = _table(
    "room_messages",
    Column("id", Text, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("place", _Whole, nullable=False),
    Column("month", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("day", Text, nullable=False),
    UniqueConstraint("desk", "place"),
)

# Who did what to which case: moderators only, never content, never a tipster.
audit = _table(
    "audit",
    Column("id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("moderator", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("version", _Whole),  # of the case after the action
    Column("place", _Whole),  # counts up from 1 within a case: the order
)
Index("audit_order", audit.c.case_id, audit.c.place, unique=True)

# What is brought to one moderator in private (a sealed case, an export), and what is to be removed
# there again once it is `due`.
errands = _table(
    "errands",
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),  # open, export, form, remove
    Column("channel", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("moderator", Text, nullable=False),
    Column("case_id", Text, nullable=False),
    Column("message", Text),  # to remove
    Column("object", Text),  # a file in the evidence store that goes with the message
    Column("due", _Whole, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sent", Integer, nullable=False),  # how many of its messages arrived
)
Index("errands_due", errands.c.due)

# Moderators enrolled at a desk, and one-time invitations (hashed).
moderators = _table(
    "moderators",
    Column("desk", Text, primary_key=True),
    Column("moderator", Text, primary_key=True),
    Column("day", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="moderator"),  # moderator, owner
    Column("pin", LargeBinary),  # a gate of `sealed` desks, never a key
    Column("pin_tries", Integer, nullable=False, server_default="0"),
)
invitations = _table(
    "invitations",
    Column("hash", LargeBinary, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("until", _Whole, nullable=False),
    Column("role", Text, nullable=False, server_default="moderator"),
    Column("moderator", Text),  # who may sign in to a web room again; None for a new seat
)

# Moderators signed in to a web room, by the hash of the cookie's value.
room_sessions = _table(
    "room_sessions",
    Column("hash", LargeBinary, primary_key=True),
    Column("desk", Text, nullable=False),
    Column("moderator", Text, nullable=False),
    Column("until", _Whole, nullable=False),
)

# A desk's numbers by week (category, status, days to the first action): counts, never cases.
desk_counts = _table(
    "desk_counts",
    Column("desk", Text, primary_key=True),
    Column("week", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("count", _Whole, nullable=False),
)

# How often a topic was shown and whether it helped; counts by day, no text.
feedback = _table(
    "feedback",
    Column("topic", Text, primary_key=True),
    Column("outcome", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("count", _Whole, nullable=False),
)

# What questions were matched with: first candidate, outcome (zone), matcher; no text.
gaps = _table(
    "gaps",
    Column("candidate", Text, primary_key=True),
    Column("zone", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("count", _Whole, nullable=False),
)

# Messages that still lie at a provider and are to be deleted there: ids only, sealed under the
# provider key of `day`, in no relation to any chat or case. `since` ends their fourteen days.
provider_records = _table(
    "provider_records",
    Column("id", Text, primary_key=True),
    Column("since", Text, nullable=False),
    Column("day", Text, nullable=False),
    Column("due", _Whole, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

# What became of messages at a provider: counts by day.
provider_counts = _table(
    "provider_counts",
    Column("name", Text, primary_key=True),
    Column("day", Text, primary_key=True),
    Column("count", _Whole, nullable=False),
)
