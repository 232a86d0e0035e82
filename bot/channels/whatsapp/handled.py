"""Message ids handled lately, in memory: a repeat of an answered question is not answered twice.

What changes something is remembered in the database as well, by the dispatcher.
"""

from collections import OrderedDict

from bot.limits import WHATSAPP_HANDLED


class Handled:
    def __init__(self) -> None:
        self._events: OrderedDict[str, None] = OrderedDict()

    def add(self, event: str) -> None:
        self._events[event] = None
        if len(self._events) > WHATSAPP_HANDLED:
            self._events.popitem(last=False)

    def __contains__(self, event: str) -> bool:
        return event in self._events
