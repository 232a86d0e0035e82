"""Rebuilding one evidence file, as the service does it: sanitise IN OUT."""

import asyncio
import secrets
import shutil
import sys
from pathlib import Path
from typing import BinaryIO

import click

from bot.chat.wording import Wording
from bot.errors import OperatorError
from bot.settings import load_settings
from bot.tips.evidence.kinds import REFUSED, Refused
from bot.tips.evidence.parent import Rebuilder


@click.command(name="sanitise")
@click.argument("source", metavar="ASAL", type=click.Path(path_type=Path))
@click.argument("target", metavar="HASIL", type=click.Path(path_type=Path))
def sanitise(source: Path, target: Path) -> None:
    """Bangun ulang satu berkas bukti tanpa jejak pengirimnya.

    Selesai dengan status 0 bila HASIL ditulis, 3 bila berkasnya ditolak.
    """
    sys.exit(sanitise_file(source, target))


def sanitise_file(source: Path, target: Path) -> int:
    """Write the rebuilt file and give 0, or say why it is refused and give 3.

    A refusal writes nothing. Raises `OperatorError` if a file cannot be read or written.
    """
    try:
        _, file = asyncio.run(Rebuilder().rebuild(source.read_bytes()))
        _write(file, target)
    except Refused as refusal:
        wording = Wording.load(load_settings().content_dir / "wording")
        click.echo(wording.plain(f"evidence.refused.{refusal.reason}"), err=True)
        return REFUSED
    except OSError as error:
        raise OperatorError(f"{error.filename}: {error.strerror}.") from error
    return 0


def _write(file: BinaryIO, target: Path) -> None:
    """The new file appears under its name only when it is whole."""
    unfinished = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with file, unfinished.open("xb") as written:
            shutil.copyfileobj(file, written)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
