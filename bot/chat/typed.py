"""Which choice a typed answer means: "A", "b.", "no 2", "yang ketiga", or the label itself."""

import re
from collections.abc import Sequence

from bot.chat.messages import Choice
from bot.limits import TYPED_CHOICES

LETTERS = "ABCDEFGHIJ"
_ORDINALS = (
    ("satu", "pertama", "kesatu", "atas"),
    ("dua", "kedua"),
    ("tiga", "ketiga"),
    ("empat", "keempat"),
    ("lima", "kelima"),
    ("enam", "keenam"),
)
_SHELL = re.compile(r"\b(oke|ok|siap|yg|yang|no|nomor|nmr|pilih|pilihan|opsi|huruf|min|ya|aja)\b")


def chosen(text: str, choices: Sequence[Choice]) -> Choice | None:
    """The choice that ``text`` names, or None when it is something else."""
    said = _plain(text)
    for choice in choices:
        if said and said == _plain(choice.label):
            return choice
    index = _index(_plain(_SHELL.sub(" ", said)))
    return choices[index] if index is not None and index < len(choices) else None


def letters(choices: Sequence[Choice]) -> list[tuple[str, Choice]]:
    """The choices with the letters to type; at most six are shown as letters."""
    return list(zip(LETTERS, choices[:TYPED_CHOICES], strict=False))


def _index(core: str) -> int | None:
    if len(core) == 1 and core.upper() in LETTERS:
        return LETTERS.index(core.upper())
    if core.isdecimal() and 0 < int(core[:3]) <= len(LETTERS):
        return int(core[:3]) - 1
    return next((place for place, words in enumerate(_ORDINALS) if core in words), None)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())
