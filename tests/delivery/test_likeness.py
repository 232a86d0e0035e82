"""What counts as a copy of one text, and how long it is remembered."""

import pytest

from bot.delivery.likeness import Likeness, Signer
from bot.limits import LIKENESS_HOURS, LIKENESS_KEPT

STORY = (
    "Kemarin sore camat mengumpulkan kepala desa di aula dan menyuruh mereka memilih pasangan "
    "nomor urut 2, katanya dana desa akan lancar. Ada daftar hadir."
)


def first_like(text: str, *facts: str) -> str | None:
    signer, likeness = Signer(), Likeness()
    known, other = signer.sign(STORY, "72.71"), signer.sign(text, *(facts or ("72.71",)))
    assert known
    likeness.remember("pertama", known, 0)
    return likeness.first_like(other, 1) if other else None


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        STORY.upper(),
        "Min, " + STORY,
        STORY.replace(",", " !!").replace(".", "..."),
        STORY.replace("mengumpulkan", "ngumpulkan"),
    ],
)
def test_copies(text: str) -> None:
    assert first_like(text) == "pertama"


@pytest.mark.parametrize(
    "text",
    [
        STORY.replace("urut 2", "urut 3"),
        "Lurah membagikan beras kepada warga di balai kelurahan tadi pagi, ada stiker calonnya.",
        "Camat menyuruh memilih.",
        "",
    ],
)
def test_no_copies(text: str) -> None:
    assert first_like(text) is None


def test_the_same_text_of_another_place_is_no_copy() -> None:
    assert first_like(STORY, "72.72") is None


def test_copies_are_remembered_for_hours_and_only_so_many() -> None:
    signer, likeness = Signer(), Likeness()
    signature = signer.sign(STORY)
    assert signature
    likeness.remember("a", signature, 0)
    assert likeness.first_like(signature, 3600 * LIKENESS_HOURS - 1) == "a"
    assert likeness.first_like(signature, 3600 * LIKENESS_HOURS + 1) is None
    for number in range(LIKENESS_KEPT + 5):
        likeness.remember(str(number), signature, 3600 * LIKENESS_HOURS + 2)
    assert len(likeness) == LIKENESS_KEPT
    likeness.drop("9")
    assert len(likeness) == LIKENESS_KEPT - 1


def test_a_signature_means_nothing_to_another_process() -> None:
    one, other = Signer().sign(STORY), Signer().sign(STORY)
    assert one
    assert other
    assert one.facts != other.facts
    assert (one.hashes != other.hashes).mean() > 0.9
