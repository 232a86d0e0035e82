"""One visible answer to an album, whose files come as updates of their own.

Telegram brings the next update of a chat only after the last one is answered, so the files cannot
be awaited together. Each is handled by itself; its answer takes the place of the one before.
"""

from collections import OrderedDict

from bot.channels.telegram.limits import ALBUMS_REMEMBERED
from bot.channels.telegram.receive import Heard


class AlbumReplies:
    """The last answer to each album, for as long as it is among the latest ones (memory only)."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[int, str], int] = OrderedDict()

    def earlier(self, heard: Heard) -> int | None:
        """The message that answered this album so far."""
        return self._answers.get((heard.place.chat, heard.album)) if heard.album else None

    def answered(self, heard: Heard, ids: list[int]) -> None:
        if not heard.album or len(ids) != 1:
            return
        self._answers[heard.place.chat, heard.album] = ids[0]
        if len(self._answers) > ALBUMS_REMEMBERED:
            self._answers.popitem(last=False)
