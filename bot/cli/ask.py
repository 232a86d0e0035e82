"""Questions: ask, evaluate; and the JSON lines that commands for many texts read."""

import asyncio
import json
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import click

from bot.chat.wording import Wording
from bot.errors import OperatorError
from bot.knowledge.encoder import UNHURRIED
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
    answered = _record("1", asyncio.run(matcher.answer(text, UNHURRIED)), topics)
    click.echo(json.dumps(answered, ensure_ascii=False) if as_json else answered["text"])


async def _ask_all(matcher: Matcher, topics: dict[str, Topic], source: str) -> None:
    for record in read_records(source):
        answered = _record(record["id"], await matcher.answer(record["text"], UNHURRIED), topics)
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
    from bot.knowledge import crossvalidate
    from bot.knowledge import evaluate as evaluation
    from bot.knowledge import plot as plotting

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
