"""Receipts survive how people write them down, and tell a typing error from an unknown one."""

import random
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import limits
from bot.errors import ContentError
from bot.keys.crypto import SealError
from bot.tips.receipts import LIST_SIZE, PREFIX, ReceiptKeeper, ReceiptWords, open_thread

CONTENT = Path(__file__).parents[2] / "content"
WORDS = ReceiptWords.load(CONTENT / "receipt-words.txt")
FULL_COST = limits.ARGON2_MEMORY
secrets_of_receipts = st.integers(min_value=0, max_value=2**60 - 1)


def test_the_list_is_full_sorted_and_told_apart_by_four_letters() -> None:
    assert len(WORDS.words) == LIST_SIZE
    assert list(WORDS.words) == sorted(WORDS.words)
    assert len({word[:PREFIX] for word in WORDS.words}) == LIST_SIZE
    assert all(PREFIX <= len(word) <= 8 for word in WORDS.words)


@given(secrets_of_receipts)
def test_every_receipt_is_read_back(secret: int) -> None:
    receipt = WORDS.encode(secret)
    assert len(receipt.split()) == 6
    assert WORDS.read(receipt) == receipt


@given(secrets_of_receipts)
def test_ways_of_writing_it_down_do_no_harm(secret: int) -> None:
    receipt = WORDS.encode(secret)
    words = receipt.split()
    numbered = "\n".join(f"{place}. {word}" for place, word in enumerate(words, 1))
    for typed in (
        receipt.upper(),
        ", ".join(words),
        "-".join(words),
        numbered,
        " ".join(word[:PREFIX] for word in words),
        f"  {receipt}  \n",
        f"Kode Anda:\n{receipt}\nSimpan baik-baik.",
    ):
        assert WORDS.read(typed) == receipt


def test_nearly_every_typing_error_is_noticed() -> None:
    chance = random.Random(7)  # noqa: S311 (repeatable typing errors, no secret)
    tried = unnoticed = 0
    for _ in range(3_000):
        words = WORDS.encode(chance.getrandbits(60)).split()
        place = chance.randrange(6)
        wrong = _mistyped(words[place], chance)
        if wrong[:PREFIX] == words[place][:PREFIX]:
            continue
        words[place] = wrong
        tried += 1
        unnoticed += WORDS.read(" ".join(words)) is not None
    assert unnoticed <= 0.02 * tried


def test_another_word_of_the_list_is_noticed_too() -> None:
    chance = random.Random(8)  # noqa: S311 (repeatable typing errors, no secret)
    tries = 2_000
    unnoticed = 0
    for _ in range(tries):
        words = WORDS.encode(chance.getrandbits(60)).split()
        words[chance.randrange(6)] = chance.choice(WORDS.words)
        unnoticed += WORDS.read(" ".join(words)) is not None
    assert unnoticed <= 0.035 * tries  # one in 64 is expected


@given(st.text(max_size=120))
def test_other_text_is_no_receipt(text: str) -> None:
    assert WORDS.read(text) is None


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["Abad"], "harus 4 sampai 8"),
        (["abc"], "harus 4 sampai 8"),
        (["bulan", "bulat", "bulatan"], "empat huruf awal"),
        (["bulan", "bunga"], "daftar harus"),
    ],
)
def test_a_bad_list_is_refused_with_its_line(tmp_path: Path, lines: list[str], says: str) -> None:
    path = tmp_path / "words.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(ContentError, match=says):
        ReceiptWords.load(path)


async def test_a_thread_opens_with_its_receipt_and_with_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert FULL_COST >= 64 * 2**20
    monkeypatch.setattr("bot.tips.receipts.ARGON2_MEMORY", FULL_COST)
    keeper = ReceiptKeeper(b"s" * 32)
    receipt, other = WORDS.encode(1), WORDS.encode(2)
    thread = await keeper.new_thread(receipt)
    keys = await keeper.keys(receipt)
    assert keys.lookup == thread.lookup
    assert len(open_thread(keys, thread.secret)) == 32
    wrong = await keeper.keys(other)
    assert wrong.lookup != thread.lookup
    with pytest.raises(SealError):
        open_thread(wrong, thread.secret)


async def test_shortened_words_derive_the_same_keys() -> None:
    keeper = ReceiptKeeper(b"s" * 32)
    receipt = WORDS.encode(3)
    short = " ".join(word[:PREFIX] for word in receipt.split())
    assert (await keeper.keys(receipt)).lookup == (await keeper.keys(short)).lookup


def _mistyped(word: str, chance: random.Random) -> str:
    letters, place = list(word), chance.randrange(PREFIX)
    match chance.randrange(4):
        case 0:
            letters[place] = chance.choice(string.ascii_lowercase)
        case 1:
            del letters[place]
        case 2:
            letters.insert(place, chance.choice(string.ascii_lowercase))
        case _ if place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
    return "".join(letters)
