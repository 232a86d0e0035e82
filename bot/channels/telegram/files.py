"""Files that people send: looked up by reference, checked for size, streamed."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from telegram import Bot

from bot.channels.telegram.calls import call, delivery_errors
from bot.channels.telegram.limits import DOWNLOAD_MAX, PATIENCE
from bot.channels.telegram.request import SessionRequest
from bot.chat.delivery_errors import Refused


class FileTooBig(Exception):
    """Telegram hands files over to bots up to 20 MB only."""


class FileGone(Exception):
    """Telegram no longer has the file, or never had it."""


async def download(bot: Bot, reference: str, size: int | None = None) -> AsyncIterator[bytes]:
    """The file behind ``Attachment.reference`` in chunks; ``size`` is what the update said.

    Raises FileTooBig before anything is fetched where the size is known, FileGone, and the
    delivery errors.
    """
    if size is not None and size > DOWNLOAD_MAX:
        raise FileTooBig
    url = await _url(bot, reference)
    request = bot.request
    if not isinstance(request, SessionRequest):
        raise TypeError("the client must come from open_bot")
    fetched = 0
    with delivery_errors():
        async with aclosing(request.stream(url)) as chunks:
            async for chunk in chunks:
                fetched += len(chunk)
                if fetched > DOWNLOAD_MAX:
                    raise FileTooBig
                yield chunk


async def _url(bot: Bot, reference: str) -> str:
    try:
        file = await call(lambda: bot.get_file(reference), PATIENCE)
    except Refused as error:
        raise (FileTooBig if "too big" in error.reason else FileGone) from None
    if file.file_size is not None and file.file_size > DOWNLOAD_MAX:
        raise FileTooBig
    if not file.file_path:
        raise FileGone
    return file.file_path
