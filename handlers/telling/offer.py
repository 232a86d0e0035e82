"""What may be the beginning of a tip: a story, a photo or a receipt outside every form.

The offer holds it, sealed, in a flow of its own; any other message ends it and drops what was held.
"""

from collections.abc import Mapping

from bot.chat.conversation import Outcome, State
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from handlers.ports import Ports
from handlers.telling import evidence, follow_up, form, tip

FLOW = "offer"
_FILES = ("photo", "document", "video", "animation", "video_note", "audio")
_RECEIPT_WORDS_MOST = 10  # a receipt and a few words around it


async def for_files(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """A photo or document may be evidence; None for what cannot be."""
    usable = [file for file in incoming.attachments if file.kind in _FILES and file.reference]
    if not usable or state.flow or await ports.tips_closed():
        return None
    held = {"text": incoming.text, "files": evidence.notes(usable)}
    return _asked(state, ports, "tip.offer.file", held)


async def for_text(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """A text that tells what somebody did, and asks nothing; None for every other."""
    text = incoming.text
    if state.flow or incoming.command or form.asks(text, ports) or "?" in text:
        return None
    story = ports.stories.read(text, ports.clock.today())
    tells = story.who and (story.category or story.special) and (story.place or story.event)
    if not tells or await ports.tips_closed():
        return None
    return _asked(state, ports, "tip.offer.text", {"text": text, "files": []})


async def for_receipt(state: State, incoming: Incoming, ports: Ports) -> Outcome | None:
    """Six words of a receipt, typed without "cek" before them."""
    text = incoming.text
    if state.flow or len(text.split()) > _RECEIPT_WORDS_MOST or not ports.words.read(text):
        return None
    return await follow_up.with_receipt(state, incoming, ports, text)


def _asked(state: State, ports: Ports, key: str, held: Mapping[str, object]) -> Outcome:
    choices = tuple(
        Choice(ports.wording.plain(f"tip.offer.choices.{name}"), f"offer:{name}")
        for name in ("ask", "tell")
    )
    after = State(FLOW, "held", {**state.ended().data, "held": dict(held)})
    return Outcome(after, (Outgoing(ports.wording.say(key), choices),))


async def chosen(state: State, incoming: Incoming, ports: Ports) -> Outcome:
    """ "Saya bertanya" or "Sampaikan tanpa nama"."""
    held = state.data.get("held") if state.flow == FLOW else None
    if held is None:
        return Outcome(state, (Outgoing(ports.wording.say("tip.stale")),))
    if incoming.choice == "offer:tell":
        files = evidence.noted(held["files"])
        return await tip.begin(state.ended(), incoming, ports, held["text"], files)
    said: Text = ports.wording.say("tip.offer.asks" if held["text"] else "ask.picture")
    return Outcome(state.ended(), (Outgoing(said),))
