"""The readers, loaded once from the project's content."""

from datetime import date
from pathlib import Path

import pytest

from bot.tips.exposure import ExposureFinder
from bot.tips.place import Places
from bot.tips.receipts import ReceiptWords
from bot.tips.story import StoryReader

CONTENT = Path(__file__).parents[2] / "content"


@pytest.fixture(scope="session")
def places() -> Places:
    return Places.load(CONTENT)


@pytest.fixture(scope="session")
def stories(places: Places) -> StoryReader:
    return StoryReader.load(CONTENT, places)


@pytest.fixture(scope="session")
def exposure() -> ExposureFinder:
    return ExposureFinder.load(CONTENT)


@pytest.fixture(scope="session")
def words() -> ReceiptWords:
    return ReceiptWords.load(CONTENT / "receipt-words.txt")


@pytest.fixture
def today() -> date:
    return date(2026, 11, 21)  # a Saturday
