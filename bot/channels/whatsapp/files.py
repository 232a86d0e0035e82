"""Files that people send: fetched from Twilio alone, with a limit, in chunks."""

import ipaddress
from collections.abc import AsyncIterator
from urllib.parse import urljoin, urlsplit

import httpx

from bot.channels.whatsapp.calls import delivery_errors
from bot.chat.delivery_errors import Unsure
from bot.chat.files import FileGone as FileGone
from bot.chat.files import FileTooBig as FileTooBig
from bot.limits import WHATSAPP_CONNECT_TIMEOUT, WHATSAPP_MEDIA_MAX, WHATSAPP_MEDIA_TIMEOUT

_CHUNK = 64 * 1024
_HOPS = 3
_TIMEOUT = httpx.Timeout(WHATSAPP_MEDIA_TIMEOUT, connect=WHATSAPP_CONNECT_TIMEOUT)


async def download(
    base: str, auth: tuple[str, str], reference: str, limit: int = WHATSAPP_MEDIA_MAX
) -> AsyncIterator[bytes]:
    """The file behind ``Attachment.reference`` in chunks, at most ``limit`` bytes.

    The account's credentials go to ``base`` (scheme and host) only; redirects are followed
    without them, and never to a bare or private address. Raises FileTooBig, FileGone and the
    delivery errors.
    """
    if not reference.startswith(f"{base}/"):
        raise FileGone
    url, credentials = reference, httpx.BasicAuth(*auth)
    async with httpx.AsyncClient(timeout=_TIMEOUT, follow_redirects=False) as client:
        for hop in range(_HOPS):
            request = client.build_request("GET", url, headers={"Accept-Encoding": "identity"})
            with delivery_errors():
                answer = await client.send(request, stream=True, auth=None if hop else credentials)
            try:
                if not answer.is_redirect:
                    async for chunk in _body(answer, min(limit, WHATSAPP_MEDIA_MAX)):
                        yield chunk
                    return
                url = _next(url, answer.headers.get("location", ""), base)
            finally:
                await answer.aclose()
    raise FileGone


async def _body(answer: httpx.Response, limit: int) -> AsyncIterator[bytes]:
    if answer.status_code >= 500:
        raise Unsure
    if answer.status_code != httpx.codes.OK:
        raise FileGone
    announced = answer.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise FileTooBig
    fetched = 0
    with delivery_errors():
        async for chunk in answer.aiter_bytes(_CHUNK):
            fetched += len(chunk)
            if fetched > limit:
                raise FileTooBig
            yield chunk


def _next(url: str, location: str, base: str) -> str:
    """Where a redirect leads. Raises FileGone for places that no file of Twilio's lies at."""
    target = urljoin(url, location)
    parts = urlsplit(target)
    safe_scheme = parts.scheme == "https" or parts.scheme == urlsplit(base).scheme
    beside = parts.hostname == urlsplit(base).hostname
    if not location or not safe_scheme or not (beside or _is_public_name(parts.hostname or "")):
        raise FileGone
    return target


def _is_public_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))
    return False
