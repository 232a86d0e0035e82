"""A topic's messages on each channel, for the curators' preview page."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.channels import terminal
from bot.channels.web.preview import Shown
from bot.chat.messages import Outgoing
from bot.chat.text import Text
from bot.knowledge.topics import read_topic
from bot.limits import TELEGRAM_TEXT
from handlers.asking import answers
from handlers.ports import Ports


def previewer(ports: Ports) -> Shown:
    """Reads the topic's file anew, so that a curator sees what he just wrote."""

    def shown(name: str) -> Mapping[str, Sequence[str]] | None:
        from bot.channels.telegram.rendering import pieces  # a second to import,
        from bot.channels.whatsapp.rendering import written  # which start-up does not need

        if name not in ports.topics:
            return None
        topic = read_topic(ports.topics[name].path)
        fresh = replace(ports, topics={**ports.topics, name: topic})
        messages = [answers.answer(fresh, topic, note=Text()), answers.details(fresh, topic)]
        return {
            "telegram": [p.text for m in messages for p in pieces(m.text, TELEGRAM_TEXT)],
            "whatsapp": [text for m in messages for text in written(m, ports.wording)],
            "terminal": [_terminal(message) for message in messages],
        }

    return shown


def listing(ports: Ports) -> list[tuple[str, list[tuple[str, str]]]]:
    """Topics by category, in the order they are shown."""
    return [
        (title, [(t.id, t.question) for t in ports.topics.values() if t.category == key])
        for key, title in ports.categories.items()
    ]


def _terminal(message: Outgoing) -> str:
    return terminal.render(message, 60)
