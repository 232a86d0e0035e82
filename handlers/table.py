"""Every handler and what leads to it, in one table."""

from bot.chat.dispatcher import Routes
from bot.chat.wording import Wording
from handlers import ask, curator, follow_up, moderator, privacy, reference, start, tip
from handlers.ports import Ports

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
    "tip": tip.step,
    "thread": follow_up.step,
    "curator": curator.step,
}

FLOWS = {
    tip.FLOW: tip.step,
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
    return Routes(COMMANDS, words, CHOICES, FLOWS, otherwise=ask.question, desk=moderator.at_desk)
