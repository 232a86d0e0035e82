"""The Twilio client: the SDK's calls, over an HTTP client of our own that keeps its timeouts.

The SDK's own asynchronous client ignores the timeout, breaks JSON requests and repeats POSTs.
"""

import logging
from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bot.limits import WHATSAPP_CONNECT_TIMEOUT, WHATSAPP_READ_TIMEOUT
from bot.settings import Settings

_OFFICIAL = "https://{}.twilio.com"
_NOT_THE_ENVIRONMENT = {"TWILIO_EDGE": "", "TWILIO_REGION": ""}  # an empty dict means os.environ


class TwilioHttp(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """``bases`` says where each official host really is: ``{"https://api.twilio.com": …}``."""

    def __init__(self, bases: dict[str, str]) -> None:
        super().__init__(logging.getLogger("twilio"), True)
        self._bases = bases
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(WHATSAPP_READ_TIMEOUT, connect=WHATSAPP_CONNECT_TIMEOUT)
        )

    async def request(  # the SDK's own signature
        self,
        method: str,
        uri: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: float | None = None,  # noqa: ASYNC109 - as the SDK calls it
        allow_redirects: bool = False,
    ) -> Response:
        """One request, never repeated and never logged. Raises httpx.HTTPError."""
        is_json = (headers or {}).get("Content-Type") == "application/json"
        body: dict[str, Any] = {"json": data} if is_json else {"data": data}
        answer = await self._client.request(
            method,
            self._moved(uri),
            params=params,
            headers=headers,
            auth=auth,
            timeout=timeout or httpx.USE_CLIENT_DEFAULT,
            follow_redirects=allow_redirects,
            **body,
        )
        return Response(answer.status_code, answer.text, answer.headers)

    async def close(self) -> None:
        await self._client.aclose()

    def _moved(self, uri: str) -> str:
        parts = urlsplit(uri)
        official = f"{parts.scheme}://{parts.netloc}"
        return self._bases.get(official, official) + uri.removeprefix(official)


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
    return client, http
