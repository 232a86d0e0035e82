"""Headlines: the sentence that a notification shows, often only its first forty characters."""

import re
from collections.abc import Iterator

from bot.knowledge.topics import Topic
from bot.limits import HEADLINE_CROP, HEADLINE_MAX

_ACT = re.compile(
    r"^(?!media$|mereka$|memang$|melalui$|mengenai$|menurut$|bersama$|berbagai$|berupa$)"
    r"(?:(?:ber|me)[a-z]{3,}|ikut|hadir|maju|datang|pakai)$"
)
_LIMITS = re.compile(
    r"\b(hanya|asal|asalkan|kecuali|selama|bila|jika|kalau|apabila|setelah|sesudah|tanpa)\b"
)
_NEGATIONS = re.compile(r"\b(tidak|jangan|bukan|tanpa|belum)\b")
_PERMISSION = re.compile(
    r"\b(boleh|bolehkah|dibolehkan|diperbolehkan|diizinkan|silakan)\b", re.IGNORECASE
)
_DENIED = re.compile(r"\b(tidak|tak|belum|jangan)\s+$", re.IGNORECASE)


def label_of(topic: Topic) -> str:
    """How the headline of a topic must begin."""
    if topic.verdict == "tidak":
        return "TIDAK BOLEH " if topic.ban == "tersurat" else "SEBAIKNYA TIDAK "
    return {
        "boleh": "BOLEH ",
        "bersyarat": "BERSYARAT: hanya jika ",
        "belum-jelas": "BELUM PASTI. Paling aman: ",
        "info": "PENJELASAN: ",
    }[topic.verdict]


def crop(headline: str) -> str:
    """What a notification shows of a headline."""
    return headline[:HEADLINE_CROP]


def headline_faults(topic: Topic) -> Iterator[str]:
    """Everything that is wrong with a topic's headline, a sentence each."""
    headline, label = topic.headline, label_of(topic)
    if len(headline) > HEADLINE_MAX:
        yield f"kepala jawaban {len(headline)} huruf, paling banyak {HEADLINE_MAX}."
    if not headline.startswith(label):
        yield f"verdict {topic.verdict}: kepala jawaban harus dimulai dengan '{label.strip()}'."
        return
    if len(crop(headline).removeprefix(label).split()) < 2 and len(headline) > HEADLINE_CROP:
        yield f"perbuatannya belum terbaca dalam {HEADLINE_CROP} huruf pertama."
    if topic.verdict == "boleh":
        yield from _permission_faults(headline)
    elif _permits(crop(headline)):
        yield (
            f"terpotong di {HEADLINE_CROP} huruf, '{crop(headline)}' terbaca sebagai izin, "
            f"padahal verdict {topic.verdict}."
        )
    if topic.verdict == "belum-jelas" and (word := _late_negation(headline, label)):
        yield f"kata '{word}' terpotong di {HEADLINE_CROP} huruf dan artinya terbalik; majukan."


def _permits(text: str) -> bool:
    """Whether a text says "boleh" without denying it."""
    return any(not _DENIED.search(text[: match.start()]) for match in _PERMISSION.finditer(text))


def _permission_faults(headline: str) -> Iterator[str]:
    words = re.findall(r"[a-zA-Z-]+", _whole_words(headline))[1:]
    if not any(_ACT.match(word) for word in words):
        yield f"perbuatan yang boleh harus terbaca dalam {HEADLINE_CROP} huruf pertama."
    sentence = headline.split(". ")[0]
    limit = next(iter(_LIMITS.finditer(sentence)), None)
    if limit and limit.end() > HEADLINE_CROP:
        yield (
            f"batasan '{limit[0]}' baru muncul sesudah {HEADLINE_CROP} huruf; "
            "potongannya terbaca sebagai izin yang lebih luas."
        )


def _late_negation(headline: str, label: str) -> str:
    """A negation of the first clause that the crop cuts off."""
    clause = re.split(r"[,.;]| dan | atau | tetapi ", headline.removeprefix(label))[0]
    match = _NEGATIONS.search(clause)
    return match[0] if match and len(label) + match.end() > HEADLINE_CROP else ""


def _whole_words(headline: str) -> str:
    """The crop without a word that it cuts in two."""
    shown = crop(headline)
    return shown if headline[HEADLINE_CROP:][:1] in ("", " ") else shown.rsplit(" ", 1)[0]
