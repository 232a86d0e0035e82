"""From message to outcome, in a world of five topics."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.errors import ContentError
from bot.knowledge import encoder as encoding
from bot.knowledge.building import MODEL_FILE
from bot.knowledge.encoder import Encoder
from bot.knowledge.matcher import Matcher
from bot.knowledge.model import load
from bot.knowledge.topics import Phrasing, Topic


class FakeModel:
    """A tiny encoder: counts letters. ``slow`` seconds a text."""

    def __init__(self, slow: float = 0) -> None:
        self.slow = slow
        self.asked = 0

    def query(self, text: str) -> Any:
        import time

        self.asked += 1
        time.sleep(self.slow)
        vector = np.zeros(encoding.SIZE, dtype=np.float32)
        for letter in text:
            vector[ord(letter) % encoding.SIZE] += 1
        return vector / max(float(np.linalg.norm(vector)), 1e-9)


@pytest.fixture
def no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Encoder, "load", classmethod(lambda _cls: None))


@pytest.fixture
def matcher(
    content: Path, topics: Mapping[str, Topic], tmp_path: Path, no_encoder: None
) -> Matcher:
    return Matcher.load(content, topics, tmp_path / "cache")


def test_the_right_topic_comes_first(matcher: Matcher) -> None:
    assert matcher.match("nyoblos di tps boleh buat pns").candidates[0] == "hak-pilih"
    assert matcher.match("potong tukin hukdis sedang").candidates[0] == "sanksi-sedang"


def test_at_most_three_candidates(matcher: Matcher) -> None:
    assert len(matcher.match("like foto calon").candidates) == 3


def test_the_same_text_gives_the_same_outcome(matcher: Matcher) -> None:
    assert matcher.match("like foto caleg") == matcher.match("like foto caleg")


def test_a_rule_ends_the_search(matcher: Matcher) -> None:
    found = matcher.match("makasih ya min")
    assert (found.outcome, found.rule, found.candidates) == ("rule", "thanks", ())


def test_a_noted_rule_does_not(matcher: Matcher) -> None:
    found = matcher.match("dipaksa atasan hadir kampanye dengar saja")
    assert found.candidates[0] == "kampanye-pasif"
    assert found.rule == "forced"


def test_the_stated_actor_is_passed_on(matcher: Matcher) -> None:
    assert matcher.match("honorer boleh like status calon").actor == "Honorer"


def test_an_empty_message_is_no_answer(matcher: Matcher) -> None:
    assert matcher.match("").outcome in ("abstain", "menu")


def test_the_model_is_kept_and_remade_when_content_changes(
    content: Path, topics: dict[str, Topic], tmp_path: Path, no_encoder: None
) -> None:
    cache = tmp_path / "cache"
    first = Matcher.load(content, topics, cache).version
    made = (cache / MODEL_FILE).stat().st_mtime_ns
    assert Matcher.load(content, topics, cache).version == first
    assert (cache / MODEL_FILE).stat().st_mtime_ns == made
    (content / "slang.tsv").write_text("slang\tformal\ngk\ttidak\n")
    assert Matcher.load(content, topics, cache).version != first


def test_training_twice_gives_the_same_file(
    content: Path, topics: Mapping[str, Topic], tmp_path: Path, no_encoder: None
) -> None:
    for cache in ("a", "b"):
        Matcher.load(content, topics, tmp_path / cache)
    first, second = (np.load(tmp_path / cache / MODEL_FILE) for cache in ("a", "b"))
    assert first.files == second.files
    assert all(np.array_equal(first[name], second[name]) for name in first.files)


@pytest.mark.parametrize("damage", ["other", "cut", "overwritten"])
def test_a_broken_artefact_is_remade(
    content: Path, topics: Mapping[str, Topic], tmp_path: Path, no_encoder: None, damage: str
) -> None:
    cache = tmp_path / "cache"
    version = Matcher.load(content, topics, cache).version
    path = cache / MODEL_FILE
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(
        {
            "other": b"PK broken",
            "cut": whole[:half],
            "overwritten": whole[:60] + bytes(half) + whole[60 + half :],
        }[damage]
    )
    assert load(path, version) is None
    assert Matcher.load(content, topics, cache).version == version
    assert load(path, version) is not None


def test_broken_vectors_are_named(tmp_path: Path) -> None:
    path = tmp_path / encoding.VECTORS_FILE
    encoding.save_vectors(path, encoding.complete({}, ["satu"], Encoder(FakeModel())))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ContentError, match=r"phrasing-vectors\.npz:1: berkas rusak"):
        encoding.load_vectors(path)


async def with_encoder(
    content: Path, topics: Mapping[str, Topic], cache: Path, model: FakeModel
) -> Matcher:
    """A matcher whose encoder is ``model``, with stored vectors for every example."""
    from bot.knowledge.examples import load_out_of_scope, topic_examples
    from bot.knowledge.normalise import clean

    examples = [*topic_examples(topics), *load_out_of_scope(content / "out-of-scope.tsv")]
    vectors = encoding.complete({}, [clean(e.text) for e in examples], Encoder(FakeModel()))
    encoding.save_vectors(content / encoding.VECTORS_FILE, vectors)
    return Matcher.load(content, topics, cache)


async def test_a_skipped_second_opinion_never_makes_an_answer(
    content: Path, topics: Mapping[str, Topic], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = FakeModel(slow=0.05)
    monkeypatch.setattr(Encoder, "load", classmethod(lambda cls: cls(model)))
    monkeypatch.setattr(Encoder, "is_installed", staticmethod(lambda: True))
    monkeypatch.setattr(encoding, "DEADLINE", 0.01)
    matcher = await with_encoder(content, topics, tmp_path / "cache", model)
    assert matcher.has_encoder
    for text in ("like", "kampanye boleh dengar", "tukin sedang", "nyoblos boleh"):
        late = await matcher.answer(text)
        if late.outcome == "answer":
            assert matcher.match(text).outcome == "answer"


async def test_the_encoder_is_asked_one_question_at_a_time() -> None:
    class Counting(FakeModel):
        busy = most = 0

        def query(self, text: str) -> Any:
            Counting.busy += 1
            Counting.most = max(Counting.most, Counting.busy)
            found = super().query(text)
            Counting.busy -= 1
            return found

    encoder = Encoder(Counting(slow=0.005))
    await asyncio.gather(*(encoder.soon(f"teks {n}", 5) for n in range(8)))
    assert Counting.most == 1


async def test_a_busy_encoder_gives_no_opinion() -> None:
    encoder = Encoder(FakeModel(slow=0.2))
    assert await encoder.soon("teks", 0.01) is None


def test_vectors_survive_packing(tmp_path: Path) -> None:
    vector = FakeModel().query("satu dua tiga")
    path = tmp_path / "vectors.npz"
    encoding.save_vectors(path, {"kunci": encoding.pack(vector)})
    loaded = encoding.load_vectors(path)["kunci"].astype(np.float32)
    assert float(loaded @ vector / np.linalg.norm(loaded)) > 0.999


def test_a_new_phrasing_is_learned(
    content: Path, topics: dict[str, Topic], tmp_path: Path, no_encoder: None
) -> None:
    from dataclasses import replace

    taught = dict(topics)
    old = taught["hak-pilih"]
    more = tuple(Phrasing(voice, "mbolos ke bilik suara") for voice in ("umum", "kota"))
    taught["hak-pilih"] = replace(old, phrasings=(*old.phrasings, *more))
    matcher = Matcher.load(content, taught, tmp_path / "cache")
    assert matcher.match("mbolos ke bilik").candidates[0] == "hak-pilih"
