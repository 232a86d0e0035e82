"""``doctor``: everything that must be right before real people use the service."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.telegram import setup
from bot.channels.telegram.client import open_bot
from bot.channels.telegram.desk_rights import missing_at
from bot.chat.delivery_errors import DeliveryError
from bot.chat.wording import Wording
from bot.clock import SystemClock
from bot.content import load_content
from bot.desks.routes import Desk, Desks
from bot.disk import folder_of, free_bytes
from bot.errors import OperatorError
from bot.keys.ring import open_ring
from bot.limits import DISK_FREE_MIN
from bot.settings import OperatorMode, Settings
from bot.store import moderators
from bot.store.engine import open_database, sqlite_path
from bot.store.migrate import is_current
from bot.tips.evidence.storage import EvidenceDamaged, EvidenceMissing, EvidenceStore

_PROBE = b"bukti"


async def examine(settings: Settings, *, apply: bool) -> int:
    """Print one line a check; returns how many found something to mend."""
    checks: list[tuple[str, Callable[[Settings], Awaitable[str | None]]]] = [
        ("isi", _content),
        ("basis data", _database),
        ("kunci", _keys),
        ("ruang disk", _disk),
        ("bukti", _evidence),
        ("pengelola", _operator),
        ("meja", _desks),
    ]
    problems = 0
    for name, check in checks:
        problems += _report(name, await _answer(check, settings))
    if settings.telegram_bot_token:
        async for name, trouble in _telegram(settings, apply):
            problems += _report(name, trouble)
    if settings.twilio_auth_token:
        problems += _report("WhatsApp", await _whatsapp(settings, apply))
    return problems


async def _answer(
    check: Callable[[Settings], Awaitable[str | None]], settings: Settings
) -> str | None:
    try:
        return await check(settings)
    except OperatorError as error:
        return str(error)


def _report(name: str, trouble: str | None) -> int:
    click.echo(f"{'PERLU' if trouble else 'baik '}  {name}" + (f": {trouble}" if trouble else ""))
    return 1 if trouble else 0


async def _content(settings: Settings) -> str | None:
    load_content(settings.content_dir, Path("data/cache"))
    return None


async def _database(settings: Settings) -> str | None:
    path = sqlite_path(settings.database_url)
    if path and not path.exists():
        return None  # made at the first start
    database = open_database(settings.database_url)
    try:
        return None if await is_current(database) else "jalankan: python -m bot migrate."
    except (SQLAlchemyError, OSError) as error:
        return f"tidak dapat dibuka ({type(error).__name__}). Periksa DATABASE_URL."
    finally:
        await database.close()


async def _keys(settings: Settings) -> str | None:
    ring = open_ring(settings.keys_url, SystemClock())
    ring.delivery_key(ring.month())
    if not settings.is_demo and not settings.server_key:
        return "SERVER_KEY belum diatur (cara membuatnya ada di .env.example)."
    return None


async def _disk(settings: Settings) -> str | None:
    path = sqlite_path(settings.database_url)
    folder = path.parent if path and path.parent.exists() else Path()
    free = shutil.disk_usage(folder).free
    return None if free >= DISK_FREE_MIN else f"tinggal {free // 2**20} MiB di {folder}."


async def _evidence(settings: Settings) -> str | None:
    """Write, read and delete a few bytes where evidence will lie."""
    store = EvidenceStore(settings.evidence_url)
    try:
        stored = await store.put(_PROBE)
        read = await store.read(stored.object, stored.key)
        await store.delete(stored.object)
    except (OSError, EvidenceMissing, EvidenceDamaged) as error:
        return f"tidak dapat ditulis atau dibaca ({type(error).__name__}). Periksa EVIDENCE_URL."
    if read != _PROBE:
        return "yang dibaca bukan yang ditulis. Periksa EVIDENCE_URL."
    folder = folder_of(settings.evidence_url)
    free = free_bytes(folder) if folder else DISK_FREE_MIN
    return None if free >= DISK_FREE_MIN else f"tinggal {free // 2**20} MiB di {folder}."


async def _operator(settings: Settings) -> str | None:
    if settings.is_demo:
        return None
    if settings.operator_mode is OperatorMode.DEMO:
        return (
            "atur OPERATOR_MODE ke independent atau bawaslu; sebelum itu informasi tidak diterima."
        )
    if not (settings.operator_name and settings.operator_contact):
        return "OPERATOR_NAME dan OPERATOR_CONTACT belum diisi."
    return None


async def _desks(settings: Settings) -> str | None:
    if settings.is_demo and settings.desks_file is None:
        return None
    if settings.desks_file is None:
        return "DESKS_FILE belum diatur (contoh: content/desks-example.yaml)."
    desks = Desks.load(settings.desks_file)
    if settings.operator_mode is OperatorMode.INDEPENDENT:
        for desk in desks.all():
            if desk.sounds_official:
                return f"nama meja {desk.id} terdengar resmi, padahal OPERATOR_MODE independent."
    _recommend_sealed(settings, desks)
    return await _attended(settings, desks)


def _recommend_sealed(settings: Settings, desks: Desks) -> None:
    """An authority's desk is better sealed; it is advice, and no trouble where it is not taken."""
    tips = [desk for desk in desks.all() if desk.kind == "tip" and desk.mode == "full"]
    if settings.operator_mode is OperatorMode.BAWASLU and tips:
        listed = ", ".join(desk.id for desk in tips)
        click.echo(f"       meja: mode sealed disarankan untuk {listed} (isi dibuka dengan PIN).")


async def _attended(settings: Settings, desks: Desks) -> str | None:
    path = sqlite_path(settings.database_url)
    if path and not path.exists():
        return "belum ada moderator: python -m bot desk invite MEJA."
    database = open_database(settings.database_url)
    try:
        attended = {desk for desk, _ in await moderators.enrolled(database)}
    except (SQLAlchemyError, OSError):
        return "moderator tidak dapat dibaca dari basis data."
    finally:
        await database.close()
    empty = [desk.id for desk in desks.all() if desk.id not in attended]
    return f"belum ada moderator di: {', '.join(empty)}." if empty else None


async def _telegram(settings: Settings, apply: bool) -> AsyncIterator[tuple[str, str | None]]:
    wording = Wording.load(settings.content_dir / "wording")
    async with open_bot(settings.telegram_bot_token, settings.telegram_api_base) as bot:
        try:
            if settings.public_url and not settings.telegram_webhook_secret:
                yield "Telegram", "TELEGRAM_WEBHOOK_SECRET belum diatur."
                return
            if apply:
                await setup.apply(
                    bot, wording, settings.public_url, settings.telegram_webhook_secret
                )
            off = await setup.differences(bot, wording, settings.public_url)
            yield (
                "Telegram",
                f"belum sesuai: {', '.join(off)}. Jalankan: doctor --apply." if off else None,
            )
            for desk in _telegram_desks(settings):
                missing = await missing_at(bot, desk.chat, topics=desk.topics)
                yield f"meja {desk.id}", f"kurang: {', '.join(missing)}." if missing else None
        except DeliveryError as error:
            yield "Telegram", f"tidak dapat dihubungi atau token salah ({type(error).__name__})."


def _telegram_desks(settings: Settings) -> list[Desk]:
    if settings.desks_file is None:
        return []
    return [desk for desk in Desks.load(settings.desks_file).all() if desk.channel == "telegram"]


async def _whatsapp(settings: Settings, apply: bool) -> str | None:
    if not (settings.public_url and settings.twilio_account_sid and settings.twilio_whatsapp_from):
        return "PUBLIC_URL, TWILIO_ACCOUNT_SID, dan TWILIO_WHATSAPP_FROM perlu diisi."
    from bot.channels.whatsapp import setup as whatsapp  # the SDK takes a second to import
    from bot.channels.whatsapp.client import open_client

    wording = Wording.load(settings.content_dir / "wording")
    client, http = open_client(settings)
    try:
        if apply:
            await whatsapp.apply(client, wording, settings)
        off = await whatsapp.differences(client, wording, settings)
    except DeliveryError as error:
        return f"tidak dapat dihubungi atau token salah ({type(error).__name__})."
    finally:
        await http.close()
    for hint in whatsapp.by_hand(settings):
        click.echo(f"       WhatsApp: {hint}")
    return f"belum sesuai: {', '.join(off)}. Jalankan: doctor --apply." if off else None
