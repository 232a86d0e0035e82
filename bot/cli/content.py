"""Content and questions: ask, evaluate, content check|build|stats."""

import asyncio
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import click

from bot.chat.wording import Wording
from bot.content_check import check_all
from bot.errors import OperatorError
from bot.knowledge import building, crossvalidate, curate
from bot.knowledge import evaluate as evaluation
from bot.knowledge import plot as plotting
from bot.knowledge.check import Problem
from bot.knowledge.matcher import Match, Matcher
from bot.knowledge.topics import Topic, load_topics
from bot.settings import Settings, load_settings


def _matcher(settings: Settings) -> tuple[Matcher, dict[str, Topic]]:
    topics = load_topics(settings.content_dir / "faq")
    return Matcher.load(settings.content_dir, topics, Path("data/cache")), topics


_OWN_TEXTS = {"greeting": "start.greeting", "tell": "tip.consent.held"}


@click.command()
@click.argument("question", required=False)
@click.option("--json", "as_json", is_flag=True, help="Satu objek JSON.")
@click.option("--batch", metavar="BERKAS|-", help='Baris JSON {"id","text"}.')
def ask(question: str | None, as_json: bool, batch: str | None) -> None:
    """Jawab satu pertanyaan, atau satu berkas pertanyaan."""
    matcher, topics = _matcher(load_settings())
    if batch:
        asyncio.run(_ask_all(matcher, topics, batch))
        return
    text = question if question is not None else sys.stdin.read()
    answered = _record("1", asyncio.run(matcher.answer(text)), topics)
    click.echo(json.dumps(answered, ensure_ascii=False) if as_json else answered["text"])


async def _ask_all(matcher: Matcher, topics: dict[str, Topic], source: str) -> None:
    for record in read_records(source):
        answered = _record(record["id"], await matcher.answer(record["text"]), topics)
        click.echo(json.dumps(answered, ensure_ascii=False))


def _record(id_: Any, match: Match, topics: dict[str, Topic]) -> dict[str, Any]:
    """The contract of ``ask --json``."""
    topic = topics.get(match.topic or "")
    return {
        "id": id_,
        "outcome": match.outcome,
        "topic": match.topic,
        "verdict": topic.verdict if topic else None,
        "candidates": list(match.candidates),
        "confidence": round(match.confidence, 4),
        "text": _text(match, topics),
    }


def _text(match: Match, topics: dict[str, Topic]) -> str:
    if match.outcome == "answer" and match.topic:
        topic = topics[match.topic]
        return f"{topic.headline}\n{topic.answer}"
    if match.outcome == "ask_back" and match.ask:
        return "\n".join([match.ask.question, *(f"- {c.label}" for c in match.ask.choices)])
    if match.outcome in ("menu", "ask_back"):
        return "\n".join(topics[c].question for c in match.candidates)
    wording = _wording()
    key = f"rules.{match.rule}" if match.rule else "ask.abstain"
    key = _OWN_TEXTS.get(match.rule or "", key)
    return str(wording.say(key))


@cache
def _wording() -> Wording:
    return Wording.load(load_settings().content_dir / "wording")


def read_records(source: str) -> Iterable[dict[str, Any]]:
    """JSON lines of a file or of standard input. Raises OperatorError with the line number."""
    try:
        lines = sys.stdin if source == "-" else Path(source).open(encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise OperatorError(f"Berkas {source} tidak dapat dibaca: {error.strerror}.") from error
    with lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _parsed(source, number, line)


def _parsed(source: str, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        return {"id": record["id"], "text": str(record["text"])}
    except (ValueError, KeyError, TypeError) as error:
        raise OperatorError(
            f'{source}:{number}: tiap baris harus JSON seperti {{"id": 1, "text": "…"}}.'
        ) from error


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--cross", is_flag=True, help="Silang antarsuara, dari isi sendiri.")
@click.option("--plot", type=click.Path(path_type=Path), help="Simpan cakupan/galat ke PNG.")
def evaluate(file: Path | None, cross: bool, plot: Path | None) -> None:
    """Nilai satu berkas pertanyaan (pertanyaan TAB topik TAB jenis)."""
    matcher, topics = _matcher(load_settings())
    if cross:
        click.echo(crossvalidate.report(load_settings().content_dir, topics))
    if file:
        click.echo(evaluation.report(matcher, topics, file))
    if file and plot:
        asked = evaluation.read_questions(file, topics)
        scored = asyncio.run(evaluation.score(matcher, asked))
        plot.write_bytes(plotting.png(plotting.curve(scored)))
    if not (file or cross):
        raise OperatorError("Sebutkan berkas pertanyaan, atau --cross.")


@click.group()
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
