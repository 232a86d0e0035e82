"""Content: check, build, stats, gaps, and new topics and phrasings."""

import json
from pathlib import Path

import click

from bot.cli.lazy import LazyGroup
from bot.content_check import check_all
from bot.errors import OperatorError
from bot.knowledge import building, curate
from bot.knowledge.check import Problem
from bot.knowledge.topics import load_topics
from bot.settings import load_settings


@click.group(cls=LazyGroup, later={"gaps": "gaps:gaps"})
def content() -> None:
    """Periksa dan bangun isi."""


@content.command()
@click.option("--hints", is_flag=True, help="Tampilkan juga peringatan.")
def check(hints: bool) -> None:
    """Periksa semua berkas isi; setiap galat disebut dengan berkas dan baris."""
    found = check_all(load_settings().content_dir)
    errors = [problem for problem in found if problem.severity == "galat"]
    for problem in found if hints else errors:
        click.echo(_shown(problem, named=hints))
    if errors:
        raise OperatorError(
            f"{len(errors)} galat. Perbaiki baris yang disebut di atas, lalu periksa lagi."
        )
    click.echo(
        f"Tidak ada galat; {len(found)} peringatan" + ("." if hints else " (lihat: --hints).")
    )


def _shown(problem: Problem, *, named: bool) -> str:
    """``file:line: message``, with the file as seen from here."""
    path = problem.path
    if path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    severity = f"{problem.severity}: " if named else ""
    return f"{path}:{problem.line}: {severity}{problem.message}"


@content.command()
@click.argument("category")
@click.argument("topic_id", metavar="ID")
def new(category: str, topic_id: str) -> None:
    """Buat berkas topik baru dari contoh yang berisi petunjuk."""
    path = curate.new_topic(load_settings().content_dir, category, topic_id)
    click.echo(f"{path}: isi setiap '(isi: …)', lalu jalankan: content check")


@content.command()
@click.argument("topic")
@click.argument("text")
@click.option(
    "--voice", default="umum", show_default=True, help="Suara penanya, misalnya guru-muda."
)
def phrasing(topic: str, text: str, voice: str) -> None:
    """Tambahkan satu contoh pertanyaan ke sebuah topik."""
    path, line = curate.add_phrasing(load_settings().content_dir, topic, text, voice)
    click.echo(f"{path}:{line}: ditambahkan.")


@content.command()
def build() -> None:
    """Bangun bobot pencocok dari isi."""
    settings = load_settings()
    topics = load_topics(settings.content_dir / "faq")
    building.build(settings.content_dir, topics)
    click.echo("Vektor, kalibrasi, dan bobot pencocok dibangun dari isi.")


@content.command()
@click.option("--json", "as_json", is_flag=True, help="Keluaran JSON.")
def stats(as_json: bool) -> None:
    """Hitung isi: topik, verdict, contoh pertanyaan."""
    counted = curate.figures(load_settings().content_dir)
    if as_json:
        click.echo(json.dumps(counted.record(), ensure_ascii=False))
        return
    for line in counted.table():
        click.echo(line)
