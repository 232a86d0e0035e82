"""What is measured: ``whatsapp_servers.py service|bare|sdk PORT API FOLDER [PROFILE]``.

``service``: everything as in ``run`` with SQLite; only the second opinion of the matcher is off.
``bare``: checks the signature with the SDK and sends one message with nothing but aiohttp.
``sdk``: the same with the SDK's call over httpx, as a newcomer to Twilio would write it.
PROFILE is a file for cProfile's figures of the service.
"""

import asyncio
import cProfile
import sys
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import aiohttp
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp
from twilio.request_validator import RequestValidator

ACCOUNT, TOKEN = "AC" + "a1" * 16, "benchmark"
NUMBER = "whatsapp:+6281100000000"
Reply = Callable[[str], Awaitable[None]]


async def serve(app: ASGIApp, port: int) -> None:
    config = uvicorn.Config(
        app, port=port, http="httptools", loop="asyncio", log_level="error", access_log=False
    )
    await uvicorn.Server(config).serve()


async def service(port: int, api: str, folder: Path, profile: cProfile.Profile | None) -> None:
    from bot.app import open_app
    from bot.content import load_content
    from bot.knowledge.encoder import Encoder
    from bot.settings import load_settings

    settings = load_settings(
        _env_file=None,
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_whatsapp_from=NUMBER,
        twilio_api_base=api,
        twilio_content_base=api,
        public_url=f"http://127.0.0.1:{port}",
        database_url=f"sqlite+aiosqlite:///{folder / 'tanya.db'}",
        keys_url=str(folder / "keys"),
        evidence_url=str(folder / "evidence"),
        server_key="kunci-server-untuk-ukuran",
    )
    Encoder.load = classmethod(lambda _: None)  # type: ignore[assignment, method-assign]
    content = load_content(settings.content_dir, Path("data/cache"), settings.public_url)
    async with open_app(settings, content=content) as app:
        if profile:
            profile.enable()
        await serve(app.asgi(), port)


async def bare(port: int, api: str) -> None:
    credentials = b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}"}
    url = f"{api}/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    async with aiohttp.ClientSession(headers=headers) as session:

        async def reply(to: str) -> None:
            fields = {"To": to, "From": NUMBER, "Body": "Halo"}
            async with session.post(url, data=fields) as answer:
                await answer.json()

        await serve(_door(port, reply), port)


async def sdk(port: int, api: str) -> None:
    from bot.channels.whatsapp.client import open_client
    from bot.settings import Settings

    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        twilio_account_sid=ACCOUNT,
        twilio_auth_token=TOKEN,
        twilio_api_base=api,
    )
    client, http = open_client(settings)

    async def reply(to: str) -> None:
        await client.messages.create_async(to=to, from_=NUMBER, body="Halo")

    await serve(_door(port, reply), port)
    await http.close()


def _door(port: int, reply: Reply) -> Starlette:
    validator, url = RequestValidator(TOKEN), f"http://127.0.0.1:{port}/whatsapp"

    async def message(request: Request) -> Response:
        form: FormData = await request.form()
        if not validator.validate(url, form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status_code=403)
        await reply(str(form["From"]))
        return Response()

    return Starlette(routes=[Route("/whatsapp", message, methods=["POST"])])


if __name__ == "__main__":
    kind, port_, api_, folder_, *more = sys.argv[1:]
    figures = cProfile.Profile() if more else None
    with suppress(KeyboardInterrupt):
        if kind == "service":
            asyncio.run(service(int(port_), api_, Path(folder_), figures))
        else:
            asyncio.run({"bare": bare, "sdk": sdk}[kind](int(port_), api_))
    if figures:
        figures.disable()
        figures.dump_stats(more[0])
