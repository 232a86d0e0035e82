"""Files that people send: looked up by reference, checked for size, streamed."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from telegram import Bot

from bot.channels.telegram.calls import call, delivery_errors, unparsed
from bot.channels.telegram.limits import PATIENCE
from bot.channels.telegram.request import SessionRequest
from bot.chat.delivery_errors import Refused
from bot.chat.files import FileGone, FileTooBig


async def fetch(bot: Bot, reference: str, limit: int) -> AsyncIterator[bytes]:
    """The file behind ``Attachment.reference`` in chunks, at most ``limit`` bytes.

    Raises FileTooBig before anything is fetched where Telegram tells the size, FileGone, and the
    delivery errors.
    """
    url = f"{bot.base_file_url}/{await _path(bot, reference, limit)}"
    request = bot.request
    if not isinstance(request, SessionRequest):
        raise TypeError("the client must come from open_bot")
    fetched = 0
    try:
        with delivery_errors():
            async with aclosing(request.stream(url)) as chunks:
                async for chunk in chunks:
                    fetched += len(chunk)
                    if fetched > limit:
                        raise FileTooBig
                    yield chunk
    except Refused:
        raise FileGone from None


async def _path(bot: Bot, reference: str, limit: int) -> str:
    """Where the file lies below the address for files.

    A Bot API server of one's own in local mode names the place on its disk, in a folder that has
    the token's name; a web server beside it hands the same file out under the usual address.
    """
    try:
        found = await call(lambda: unparsed(bot, "getFile", {"file_id": reference}), PATIENCE)
    except Refused as error:
        raise (FileTooBig if "too big" in error.reason else FileGone) from None
    if found.get("file_size", 0) > limit:
        raise FileTooBig
    path = str(found.get("file_path") or "")
    if path.startswith("/"):
        path = path.partition(f"/{bot.token}/")[2]
    if not path:
        raise FileGone
    return path
