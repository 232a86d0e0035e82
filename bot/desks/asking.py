"""Questions to a tipster that would unmask him, or draw him out of the protected channel."""

import re
from dataclasses import dataclass

from bot.tips.phrases import Phrases

_CONTACT = re.compile(
    r"(?:\+62|\b0)8[\d\s.-]{7,}\d|\b(?:wa\.me|t\.me)/\S+|[\w.+-]+@[\w-]+\.\w+|(?<!\w)@\w{4,}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Objection:
    """``kind``: identity (asks who he is) or contact (offers a way around the receipt)."""

    kind: str
    words: tuple[str, ...]


class QuestionGuard:
    """``listed``: phrases that ask for name, number, place of work or relation
    (``desk.identity_words``), written as in `Phrases`; ``fine``: longer ones that only look so."""

    def __init__(self, listed: str, fine: str) -> None:
        self._listed = Phrases(listed)
        self._fine = Phrases(fine)

    def objection(self, text: str) -> Objection | None:
        """Why a question is not sent, None when it is harmless."""
        if contacts := _CONTACT.findall(text):
            return Objection("contact", tuple(dict.fromkeys(contacts)))
        plain = " ".join(text.split())
        fine = self._fine.spans(plain)
        spans = [s for s in self._listed.spans(plain) if not any(_inside(s, f) for f in fine)]
        words = [plain[start:end] for start, end in spans]
        return Objection("identity", tuple(dict.fromkeys(words))) if words else None


def _inside(span: tuple[int, int], outer: tuple[int, int]) -> bool:
    return outer[0] <= span[0] and span[1] <= outer[1]
