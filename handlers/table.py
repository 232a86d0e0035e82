"""Every handler and what leads to it, in one table."""

from bot.chat.conversation import Outcome, State
from bot.chat.dispatcher import Routes
from bot.chat.messages import Incoming
from bot.chat.wording import Wording
from handlers import aside, edits, privacy
from handlers.asking import ask, curator, reference, start
from handlers.desk import entry
from handlers.ports import Ports
from handlers.telling import follow_up, nudge, offer, tip

COMMANDS = {
    # in the menu
    "mulai": start.greet,
    "start": start.greet,
    "tanya": start.greet,
    "topik": ask.categories,
    "bantuan": start.help_,
    "privasi": privacy.notice,
    # beside the menu
    "aturan": reference.rules,
    "sanksi": reference.sanctions,
    "tahapan": reference.stages,
    "ikrar": reference.pledge,
    "surat": reference.letters,
    "asli": reference.official,
    # unlisted: nothing in a chat list tells asking from telling
    "sampaikan": tip.start,
    "lapor": tip.start,
    "cek": follow_up.check,
    "batal": start.cancel,
    "stop": start.cancel,
    "bersihkan": privacy.clear,
    "hapusjejak": privacy.clear,
}

CHOICES = {
    "t": ask.topic,
    "more": ask.more,
    "rel": ask.related,
    "not": ask.not_this,
    "ok": ask.helpful,
    "none": ask.none_of_these,
    "topics": ask.categories,
    "cat": ask.category,
    "who": ask.choose_actor,
    "as": ask.set_actor,
    "law": reference.rules_of_group,
    "letter": reference.letter,
    "example": start.example,
    "leave": start.cancel,
    "privacy": privacy.notice,
    "tell": tip.start,
    "thread": follow_up.step,
    "curator": curator.step,
}

OWN_CHOICES = {
    "tip": aside.pressed,
    "offer": offer.chosen,
    "nudge": nudge.chosen,
}

FLOWS = {
    tip.FLOW: aside.step,
    follow_up.FLOW: follow_up.step,
    curator.FLOW: curator.step,
}


def routes(wording: Wording) -> Routes[Ports]:
    """The table with the plain words that stand for commands (content/wording/commands.yaml)."""
    words = {
        word: command
        for command, listed in wording.under("commands").items()
        for word in listed.split(", ")
    }
    commands = {name: aside.outside(handler) for name, handler in COMMANDS.items()}
    choices = {name: aside.outside(handler) for name, handler in CHOICES.items()} | OWN_CHOICES
    flows = dict(FLOWS)
    found = Routes(
        commands,
        words,
        choices,
        flows,
        otherwise=ask.question,
        desk=entry.at_desk,
        edited=edits.unread,
    )

    async def beside_an_offer(state: State, incoming: Incoming, ports: Ports) -> Outcome:
        """Whatever is written instead of an answer to an offer is a message like any other."""
        state = aside.set_down(state)
        return await found.handler_for(state, incoming)(state, incoming, ports)

    flows |= {offer.FLOW: beside_an_offer, nudge.FLOW: beside_an_offer}
    return found
