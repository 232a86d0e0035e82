"""Matching a question beside SQLite's full-text search (bm25) over the same example questions.

Run ``python -m benchmarks.matching``. Lexical only: the second opinion is taken in doubt alone.
"""

import re
import sqlite3
import time
from collections.abc import Callable

from benchmarks.measuring import ROOT
from bot.content import load_content
from bot.knowledge.encoder import Encoder


def milliseconds(work: Callable[[str], object], texts: list[str]) -> float:
    """CPU of one call, after a round to warm up."""
    for text in texts:
        work(text)
    begun = time.process_time()
    for text in texts:
        work(text)
    return 1000 * (time.process_time() - begun) / len(texts)


def main() -> None:
    Encoder.load = classmethod(lambda _: None)  # type: ignore[assignment, method-assign]
    content = load_content(ROOT / "content", ROOT / "data" / "cache")
    phrasings = [one.text for topic in content.topics.values() for one in topic.phrasings]
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE examples USING fts5(text)")
    index.executemany("INSERT INTO examples VALUES (?)", [(text,) for text in phrasings])

    def search(text: str) -> object:
        words = " OR ".join(re.findall(r"\w+", text))
        found = "SELECT text FROM examples WHERE examples MATCH ? ORDER BY bm25(examples) LIMIT 3"
        return index.execute(found, (words,)).fetchall()

    asked = phrasings[:: len(phrasings) // 500]
    ours, peer = milliseconds(content.matcher.match, asked), milliseconds(search, asked)
    print(f"{ours:.2f} ms of CPU, {ours / peer:.1f}x SQLite's full-text search")  # noqa: T201


if __name__ == "__main__":
    main()
