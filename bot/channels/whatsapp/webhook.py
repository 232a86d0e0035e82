"""`POST /whatsapp` and `POST /whatsapp/status`: the doors that Twilio knocks on."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.datastructures import FormData, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.channels.whatsapp.signature import is_form, is_signed
from bot.limits import WHATSAPP_WEBHOOK_BODY, WHATSAPP_WEBHOOK_FIELDS

PATH, STATUS_PATH = "/whatsapp", "/whatsapp/status"

Handle = Callable[[FormData], Awaitable[int]]
"""Takes a signed form; returns the HTTP status."""


class _TooLong(Exception):
    """The body is longer than anything that Twilio sends."""


def routes(message: Handle, status: Handle, public_url: str, token: str) -> list[BaseRoute]:
    """403 for whatever is not a form signed by Twilio, 413 for too much, else what the handler
    says: 200 handled, 400 no message, 503 when it must be brought again."""

    def door(path: str, handle: Handle) -> Route:
        async def receive(request: Request) -> Response:
            try:
                form = await _form(request)
            except _TooLong:
                return Response(status_code=413)
            except ClientDisconnect:
                return Response(status_code=400)
            if form is None or not is_signed(
                token, public_url + path, request.url.query, form, request.headers
            ):
                return Response(status_code=403)
            return Response(status_code=await handle(form))

        return Route(path, receive, methods=["POST"])

    return [door(PATH, message), door(STATUS_PATH, status)]


async def _form(request: Request) -> FormData | None:
    """The form with its repeated and empty fields, or None for anything else."""
    if not is_form(request.headers):
        return None
    body = await _body(request)
    try:
        fields: list[tuple[str, str | UploadFile]] = [
            *parse_qsl(
                body.decode("ascii"), keep_blank_values=True, max_num_fields=WHATSAPP_WEBHOOK_FIELDS
            )
        ]
    except ValueError:
        return None
    return FormData(fields)


async def _body(request: Request) -> bytes:
    """The whole body. Raises _TooLong as soon as it is known to be too long."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > WHATSAPP_WEBHOOK_BODY:
        raise _TooLong
    parts = bytearray()
    async for chunk in request.stream():
        parts += chunk
        if len(parts) > WHATSAPP_WEBHOOK_BODY:
            raise _TooLong
    return bytes(parts)
