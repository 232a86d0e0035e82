"""The Twilio client: the SDK's calls, over an HTTP client of our own that keeps its timeouts.

The SDK's own asynchronous client ignores the timeout, breaks JSON requests and repeats POSTs.
aiohttp costs a fraction of what httpx costs once calls overlap.
"""

import json
import logging
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.channels.proxy import proxy_for
from bot.chat.delivery_errors import Unreachable, Unsure
from bot.limits import WHATSAPP_CONNECT_TIMEOUT, WHATSAPP_CONNECTIONS, WHATSAPP_READ_TIMEOUT
from bot.settings import Settings

_OFFICIAL = "https://{}.twilio.com"
_NOT_THE_ENVIRONMENT = {"TWILIO_EDGE": "", "TWILIO_REGION": ""}  # an empty dict means os.environ
_TIMEOUT = aiohttp.ClientTimeout(
    connect=WHATSAPP_READ_TIMEOUT,
    sock_connect=WHATSAPP_CONNECT_TIMEOUT,
    sock_read=WHATSAPP_READ_TIMEOUT,
)
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientProxyConnectionError,
    aiohttp.ClientHttpProxyError,
)


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """``bases`` says where each official host really is: ``{"https://api.twilio.com": …}``."""

    def __init__(self, bases: dict[str, str]) -> None:
        super().__init__(logging.getLogger("twilio"), True)
        self._bases = bases
        self._proxies = {base: proxy_for(base) for base in bases.values()}
        self._session: aiohttp.ClientSession | None = None

    async def request(  # the SDK's own signature
        self,
        method: str,
        uri: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = (),
        timeout: float | None = None,  # noqa: ASYNC109, ARG002 - as the SDK calls it
        allow_redirects: bool = False,
    ) -> Response:
        """One request, never repeated and never logged. Raises Unreachable, Unsure."""
        base, rest = self._moved(uri)
        try:
            async with self._open().request(
                method,
                base + rest,
                params=params,
                data=_body(data, headers or {}),
                headers=_headers(headers, auth),
                proxy=self._proxies.get(base),
                allow_redirects=allow_redirects,
            ) as answer:
                return Response(answer.status, await answer.text(), answer.headers)
        except _NOT_SENT:
            raise Unreachable from None
        except (aiohttp.ClientError, OSError):
            raise Unsure from None

    async def close(self) -> None:
        session, self._session = self._session, None
        if session:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=WHATSAPP_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=_TIMEOUT,
            )
        return self._session

    def _moved(self, uri: str) -> tuple[str, str]:
        """Scheme and host as configured, and what follows them."""
        parts = urlsplit(uri)
        official = f"{parts.scheme}://{parts.netloc}"
        return self._bases.get(official, official), uri.removeprefix(official)


def _headers(headers: Any, auth: tuple[str, str]) -> dict[str, str]:
    credentials = b64encode(":".join(auth).encode()).decode()
    return {**(headers or {}), "Authorization": f"Basic {credentials}"}


def _body(data: Any, headers: dict[str, str]) -> bytes | None:
    if not data:
        return None
    is_json = headers.get("Content-Type") == "application/json"
    return (json.dumps(data) if is_json else urlencode(data, doseq=True)).encode()


def open_client(settings: Settings) -> tuple[Client, TwilioHttp]:
    """The SDK's client and the HTTP client below it, which must be closed. Makes no call."""
    content = settings.twilio_content_base
    http = TwilioHttp(
        {
            _OFFICIAL.format("api"): settings.twilio_api_base,
            _OFFICIAL.format("content"): content,
            _OFFICIAL.format("messaging"): content.replace("://content.", "://messaging."),
        }
    )
    client = Client(
        settings.twilio_account_sid,
        settings.twilio_auth_token,
        http_client=http,
        environment=_NOT_THE_ENVIRONMENT,
    )
    _ = client.api.v2010, client.content.v1  # imported now, so that nobody waits a second for it
    return client, http
