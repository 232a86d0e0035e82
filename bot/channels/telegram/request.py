"""The HTTP side of python-telegram-bot over aiohttp.

The library's own class over httpx costs several times the CPU once calls overlap, and cannot tell
"never sent" from "no answer". What this class raises never holds a URL, so never the token.
"""

import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any

import aiohttp
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram.limits import (
    CONNECT_TIMEOUT,
    CONNECTIONS,
    POOL_TIMEOUT,
    READ_TIMEOUT,
    UPLOAD_TIMEOUT,
)

_JSON = {"Content-Type": "application/json"}
_CHUNK = 64 * 1024
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientProxyConnectionError,
    aiohttp.ClientHttpProxyError,
)


class NotSent(NetworkError):
    """No connection was made, so nothing was sent."""


class TooFast(TelegramError):
    """429: wait ``seconds``. (The library's own `RetryAfter` warns whenever it is made.)"""

    def __init__(self, seconds: float) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class PlainData:
    """Parameters that are JSON already: what this module reads of a `RequestData`, no more."""

    parameters: dict[str, Any]
    contains_files: bool = False


class SessionRequest(BaseRequest):
    """One aiohttp session for all calls, through ``proxy`` (a URL) if there is one."""

    def __init__(self, read_timeout: float = READ_TIMEOUT, proxy: str | None = None) -> None:
        self._read_timeout = read_timeout
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._session = aiohttp.ClientSession(
                connector=connector, proxy=self._proxy, headers={"User-Agent": self.USER_AGENT}
            )

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Send one call. Raises NotSent, TimedOut, TooFast or NetworkError."""
        uploads = request_data is not None and request_data.contains_files
        read = _given(read_timeout, self._read_timeout)
        timeout = aiohttp.ClientTimeout(
            total=read + _given(write_timeout, UPLOAD_TIMEOUT if uploads else READ_TIMEOUT),
            connect=_given(pool_timeout, POOL_TIMEOUT),
            sock_connect=_given(connect_timeout, CONNECT_TIMEOUT),
            sock_read=UPLOAD_TIMEOUT if uploads else read,
        )
        data, headers = _body(request_data)
        try:
            async with self._open().request(
                method, url, data=data, headers=headers, timeout=timeout
            ) as answer:
                payload = await answer.read()
        except _NOT_SENT as error:
            raise NotSent(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None
        if answer.status == 429:
            raise TooFast(_seconds(payload))
        return answer.status, payload

    async def stream(self, url: str) -> AsyncGenerator[bytes, None]:
        """The bytes behind a file's URL in chunks. Raises BadRequest, NetworkError or TimedOut."""
        timeout = aiohttp.ClientTimeout(sock_connect=CONNECT_TIMEOUT, sock_read=READ_TIMEOUT)
        try:
            async with self._open().get(url, timeout=timeout) as answer:
                if answer.status in (400, 404):
                    raise BadRequest("no such file")
                if answer.status != 200:
                    raise NetworkError(f"file answer {answer.status}")
                async for chunk in answer.content.iter_chunked(_CHUNK):
                    yield chunk
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the Telegram client is not open")
        return self._session


def _body(data: RequestData | None) -> tuple[aiohttp.FormData | bytes | None, dict[str, str]]:
    """JSON for a plain call, multipart where files go along."""
    if data is None:
        return None, {}
    if not data.contains_files:
        return json.dumps(data.parameters).encode(), _JSON
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mimetype) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mimetype)
    return form, {}


def _given(value: Any, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


def _seconds(payload: bytes) -> float:
    try:
        return float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 1.0
