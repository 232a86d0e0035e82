"""`POST /telegram`: the door that Telegram knocks on."""

import hmac
import json
import math
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.telegram.updates import Malformed, TryLater
from bot.limits import WEBHOOK_BODY_MAX

PATH = "/telegram"
_HEADER = "x-telegram-bot-api-secret-token"

Handle = Callable[[Any], Awaitable[None]]


def routes(handle: Handle, secret: str) -> list[BaseRoute]:
    """200 once an update is handled, 400 for what is none, 403 without the secret, 413 for too
    much, 503 when it must be brought again."""

    async def receive(request: Request) -> Response:
        if not _knows(request, secret):
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        return await _handled(body, handle)

    return [Route(PATH, receive, methods=["POST"])]


async def _handled(body: bytes, handle: Handle) -> Response:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return Response(status_code=400)
    try:
        await handle(update)
    except Malformed:
        return Response(status_code=400)
    except TryLater as later:
        return Response(status_code=503, headers={"Retry-After": str(math.ceil(later.seconds))})
    return Response()


def _knows(request: Request, secret: str) -> bool:
    """An empty secret lets nobody in."""
    given = request.headers.get(_HEADER, "")
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())


async def _body(request: Request) -> bytes | None:
    """The whole body, or None as soon as it is known to be too long."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > WEBHOOK_BODY_MAX:
        return None
    parts = bytearray()
    async for chunk in request.stream():
        parts += chunk
        if len(parts) > WEBHOOK_BODY_MAX:
            return None
    return bytes(parts)
