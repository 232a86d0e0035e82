"""Starting things: run, web, worker, chat, migrate, doctor."""

import asyncio
import signal
import socket
import tempfile
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click
import uvicorn

from bot import logs
from bot.app import App, open_app, run_until
from bot.channels.terminal import Attacher, converse
from bot.delivery import retention, usage
from bot.errors import OperatorError
from bot.limits import WEB_DRAIN
from bot.settings import Settings, load_settings
from bot.store.engine import open_database, sqlite_path
from bot.store.migrate import migrate as migrate_tables
from bot.watch.metrics import served


@click.command()
def run() -> None:
    """Jalankan semuanya dalam satu proses (bawaan: peragaan di peramban)."""
    settings = load_settings()
    asyncio.run(_run(settings, "run"))


@click.command()
def web() -> None:
    """Hanya penerima pesan (perlu PostgreSQL)."""
    asyncio.run(_run(_replica_settings(), "web"))


@click.command()
def worker() -> None:
    """Hanya pengirim ke meja (perlu PostgreSQL)."""
    asyncio.run(_run(_replica_settings(), "worker"))


@click.command()
def chat() -> None:
    """Bicara dengan asisten di terminal."""
    asyncio.run(_chat(load_settings()))


@click.command()
def migrate() -> None:
    """Perbarui tabel basis data."""
    asyncio.run(_migrate(load_settings()))
    click.echo("Tabel basis data sudah terbaru.")


@click.command()
@click.option("--apply", is_flag=True, help="Pasang juga perintah, webhook, dan profil bot.")
def doctor(apply: bool) -> None:
    """Periksa pengaturan, dan dengan --apply pasang yang perlu dipasang."""
    from bot.cli.doctor import examine

    settings = load_settings()
    problems = asyncio.run(examine(settings, apply=apply))
    if problems:
        raise OperatorError(f"{problems} hal perlu dibenahi.")


def _replica_settings() -> Settings:
    settings = load_settings()
    if sqlite_path(settings.database_url):
        raise OperatorError(
            "Peran web dan worker perlu PostgreSQL. Atur DATABASE_URL, "
            "atau pakai: python -m bot run."
        )
    return settings


async def _run(settings: Settings, role: str) -> None:
    if settings.log_json:
        logs.as_json()
    port = _listen(settings, shared=role == "web") if role != "worker" else nullcontext()
    with port as listener:
        async with open_app(settings, role=role) as app:
            await _work(app, role, listener)


async def _work(app: App, role: str, listener: socket.socket | None) -> None:
    _stop_on_signals(app.stopping)
    jobs = _working(app) if role != "web" else []
    with served(app.metrics, app.settings.metrics_bind):
        if listener is None:
            await run_until(app.stopping, *jobs)
            return
        warming = asyncio.create_task(asyncio.to_thread(app.ports.places.warm))
        await run_until(app.stopping, *jobs, *_serving(app, listener, role))
        await warming


def _working(app: App) -> list[Coroutine[Any, Any, None]]:
    """What the worker does."""
    stop = app.stopping
    jobs = [
        app.worker.run(stop),
        app.evidence_jobs.run(stop),
        app.nudger.run(stop),
        app.errands.run(stop),
        app.watch.run(stop),
        retention.run(app.database, app.ring, app.clock, stop, app.at_desks, app.store),
    ]
    return [*jobs, app.whatsapp.clean(stop)] if app.whatsapp else jobs


def _serving(app: App, listener: socket.socket, role: str) -> list[Coroutine[Any, Any, None]]:
    """What answers people; a replica is left time to be taken out of the balancer."""
    drain = WEB_DRAIN if role == "web" else 0
    jobs = [
        _serve(app, listener, drain),
        usage.run(app.database, app.ports.usage, app.stopping),
    ]
    if app.telegram and not app.settings.public_url:
        jobs.append(app.telegram.poll(app.stopping))
    return jobs


def _listen(settings: Settings, *, shared: bool) -> socket.socket:
    """Take the port before anything else, so that a taken one is one clear sentence.

    ``shared``: a second replica may take it too, so that a new one starts before the old one ends.
    """
    host, port = settings.bind
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise OperatorError(
            f"Alamat {host}:{port} tidak dapat dipakai ({error.strerror}). "
            "Hentikan program yang memakainya, atau atur PORT."
        ) from error
    return listener


async def _serve(app: App, listener: socket.socket, drain: float) -> None:
    """Serve until the process is to stop, and ``drain`` seconds longer."""
    config = uvicorn.Config(
        app.asgi(),
        http="httptools",
        lifespan="off",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config, _welcome(app))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    waiting = asyncio.create_task(app.stopping.wait())
    await asyncio.wait([serving, waiting], return_when=asyncio.FIRST_COMPLETED)
    if not serving.done():
        await asyncio.wait([serving], timeout=drain)
    server.should_exit = True
    waiting.cancel()
    await serving


def _welcome(app: App) -> Iterable[str]:
    host, port = app.settings.bind
    address = f"http://{'[' + host + ']' if ':' in host else host}:{port}"
    if app.demo:
        yield "Tanya Netral berjalan (peragaan). Buka alamat ini di peramban komputer ini:"
        yield f"  {address}/demo/{app.demo.token}"
        return
    yield f"Tanya Netral berjalan di {app.settings.public_url or address}."
    if app.telegram and not app.settings.public_url:
        yield "Telegram: menjemput pesan (tanpa PUBLIC_URL)."


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)


class _Server(uvicorn.Server):
    """Says where it is once it listens, and leaves signals to us."""

    def __init__(self, config: uvicorn.Config, welcome: Iterable[str]) -> None:
        super().__init__(config)
        self._welcome = welcome

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for line in self._welcome:
            click.echo(line)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _chat(settings: Settings) -> None:
    """Talk to the own store, or, beside a running service, to a private temporary one."""
    try:
        async with open_app(settings) as app:
            stop = asyncio.Event()
            working = asyncio.gather(app.worker.run(stop), app.evidence_jobs.run(stop))
            await converse(app.dispatcher.receive, click.echo, _attacher(app))
            stop.set()
            await working
    except OperatorError as error:
        if "sedang dipakai proses lain" not in str(error):
            raise
        await _chat_beside(settings)


async def _chat_beside(settings: Settings) -> None:
    with tempfile.TemporaryDirectory(prefix="tanya-netral-") as folder:
        own = settings.model_copy(
            update={
                "database_url": f"sqlite+aiosqlite:///{Path(folder) / 'chat.db'}",
                "keys_url": str(Path(folder) / "keys"),
                "evidence_url": str(Path(folder) / "evidence"),
                "telegram_bot_token": "",
            }
        )
        async with open_app(own, beside=True) as app:
            await converse(app.dispatcher.receive, click.echo, _attacher(app))


def _attacher(app: App) -> Attacher:
    return Attacher(app.uploads.put, app.ports.wording.plain("evidence.terminal"))


async def _migrate(settings: Settings) -> None:
    database = open_database(settings.database_url)
    try:
        await migrate_tables(database)
    finally:
        await database.close()
