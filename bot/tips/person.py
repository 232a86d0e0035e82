"""Whose act a story tells of: the name or designation, and the position."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.tips.phrases import Phrases, any_of, listed_words

_WORD = re.compile(r"[\w'’.@-]*\w|[.,;:!?()\n]")
_NAME_WORDS = 4
_SHOUTED = 0.8  # share of capital letters
_REACH = 120  # characters around a title that may belong to the person
_HONORIFIC = r"(?:(?:[Pp]a?k|[Bb]apa?k|[Bb]pk|[Bb]u|[Ii]bu|[Dd]rs?|[Dd]ra|[Hh]j?|[Ii]r)\.?\s+)"
_NAME = r"[A-Z][\w'’-]*(?:\s+[A-Z][\w.'’-]*){0,3}"
_FULL_NAME = r"[A-Z][\w'’-]+(?:\s+[A-Z][\w.'’-]*){1,3}"
_NAME_AFTER_COMMA = re.compile(rf"\s*[,(]\s*({_HONORIFIC}+(?:{_NAME}|[a-z]+\b)|{_FULL_NAME})")
_NAME_BEFORE = re.compile(
    rf"({_HONORIFIC}+(?:{_NAME}|\w+)|{_FULL_NAME})"
    r"\s*(?:,|\(|selaku|yg menjabat|yang menjabat|yang jadi|yg jadi)\s*$"
    rf"|({_HONORIFIC}+(?:{_NAME}|[a-z]+))\s+$"
)
_NAME_TOLD = re.compile(
    rf"\b(?:[Nn]amanya|[Bb]ernama|[Ii]nisial|[Bb]erinisial)\s*:?\s+({_HONORIFIC}*{_NAME}|{_HONORIFIC}+\w+|[A-Z]{{1,4}}\b)"
)
_ONE_OF = re.compile(
    r"(?:oknum|seorang|salah satu|ada|satu|2|dua|tiga|beberapa|bbrp)\s+$", re.IGNORECASE
)
_PASSIVE = r"(?:di[a-z]{3,}|dapat|dapet|terima|menerima)"
_BY = re.compile(
    rf"(?<!\w){_PASSIVE}(?:\s+[\w-]+){{0,5}}\s+(?:oleh|sama|ama|dari)\s+$", re.IGNORECASE
)
_WITH = re.compile(
    r"(?:dengan|dgn|bareng|dari|foto|fotonya|video)\s+(?:(?:pak|bu|bapak|ibu)\s+)?$", re.IGNORECASE
)
_HEARD_FROM = re.compile(
    r"(?:dengar|denger|info|tau|tahu|cerita|kabar|bantuan|anak|istri)\s+dari\s+(?:(?:pak|bu)\s+)?$",
    re.IGNORECASE,
)
_TOLD_TO = re.compile(
    r"(?:\s+(?!yang|yg|dan)[\w-]+){0,2}\s+(?:disuruh|dipaksa|diminta|dikumpulkan|dikumpulin|diancam|"
    r"diarahkan|diarahin|diwajibkan|diperintah\w*|diundang|diajak|dipanggil|dimutasi|dipecat|dikasih)(?!\w)",
    re.IGNORECASE,
)
_OPEN_OFFICES = re.compile(
    r"(?:dinas|badan|upt|uptd|bidang|seksi|bagian|balai|kantor|unit)$", re.IGNORECASE
)
_PREPOSITIONS = frozenset(("di", "dari"))
_FURTHER_WORDS = 7  # between a position and the name: "kabid di dinas pu pak Yohanes"
_VERB = re.compile(r"(?:me|ber|di|ter|nge|ny)[a-z]{3,}")


@dataclass(frozen=True, slots=True)
class Person:
    who: str | None = None
    position: str | None = None


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def is_word(self) -> bool:
        return any(letter.isalnum() for letter in self.text)


class PersonReader:
    """Finds the person with the words of ``positions`` in ``content/tip-story.yaml``."""

    def __init__(self, words: Mapping[str, str], sets: Mapping[str, str]) -> None:
        self._titles = (
            Phrases(words["named"], sets, ending="nya"),
            Phrases(words["general"], sets),
        )
        self._offices = Phrases(words["offices"])
        self._attached = Phrases(words["attached"])
        self._honorifics = _set(words["honorifics"])
        self._relations = re.compile(
            rf"(?<![\w-])(?:{any_of(words['relations'])})\s+(?:saya|kami|sy|kita|aku)(?![\w-])",
            re.IGNORECASE,
        )
        self._not_after = _set(words["not_after"])
        self._not_names = _set(words["not_names"])

    def read(self, text: str) -> Person:
        """The first person whose act it may be; a specific office before "pegawai" or "ASN"."""
        if _is_shouted(text):
            text = text.lower()
        capitals = _has_ordinary_capitals(text)
        for titles in self._titles:
            for start, end in titles.spans(text):
                if self._acts(text, start, end) and self._is_singled_out(text, start, end, titles):
                    return self._titled(text, start, end, capitals=capitals)
        named = self._named(text, capitals=capitals)
        if named.who:
            return named
        related = self._relations.search(text) or self._companion(text)
        if isinstance(related, Person):
            return related
        accused = related is not None and self._is_accused(text, related.start())
        return Person(related[0]) if related and accused else Person()

    def _companion(self, text: str) -> Person | None:
        """Nobody else is named: "saya semeja dengan kabag", "surat dari sekda"."""
        for start, end in self._titles[0].spans(text):
            if _WITH.search(text[:start]) and not _HEARD_FROM.search(text[:start]):
                return self._titled(text, start, end, capitals=_has_ordinary_capitals(text))
        return None

    def _acts(self, text: str, start: int, end: int) -> bool:
        """Who does it; not "guru" in "guru disuruh kepsek"."""
        return self._is_accused(text, start) and not _TOLD_TO.match(
            text, self._past_office(text, end)
        )

    def _is_accused(self, text: str, start: int) -> bool:
        before = [
            word for word in _words(text[:start]) if word.is_word or word.text in ".,;:!?()\n"
        ]
        while before and before[-1].lower.rstrip(".") in self._honorifics | {
            "oknum",
            "seorang",
            "si",
        }:
            before.pop()
        if not before or before[-1].lower not in self._not_after:
            return True
        return (
            _BY.search(text[max(0, before[-1].start - _REACH) : before[-1].end] + " ") is not None
        )

    def _is_singled_out(self, text: str, start: int, end: int, titles: Phrases) -> bool:
        """A specific office is; "ASN" only with a place of work, a name or "oknum", "seorang"."""
        if titles is self._titles[0] or self._past_office(text, end) > end:
            return True
        if self._name_at(text, end, capitals=_has_ordinary_capitals(text)) or self._name_told(text):
            return True
        return bool(_ONE_OF.search(text[max(0, start - _REACH) : start]))

    def _titled(self, text: str, start: int, end: int, *, capitals: bool) -> Person:
        office_end = self._past_office(text, end)
        position = text[start:office_end].strip()
        left = self._honorific_before(text, start)
        name_before = self._name_before(text, left) or self._name_told(text)
        if name_before:
            return Person(name_before, position)
        attached = self._attached_end(text, office_end)
        if after_comma := _NAME_AFTER_COMMA.match(text, attached):
            last = _words(after_comma[1])[-1]
            if self._may_be_name(last, capitals=False):
                return Person(after_comma[1], position)
        name = self._name_at(text, attached, capitals=capitals)
        if name and attached > office_end and _starts_with(name, self._honorifics):
            return Person(name, position)
        if name:
            whole = text[left : text.index(name, attached) + len(name)]
            tail = self._attached_end(text, left + len(whole))
            return Person(text[left:tail].strip(), position)
        if further := self._name_further(text, attached, capitals=capitals):
            return Person(further, position)
        return Person(text[left:attached].strip(), position)

    def _past_office(self, text: str, end: int) -> int:
        """``kabid`` goes on with ``pendidikan dasar``; ``staf`` with ``kelurahan``."""
        for _ in range(_NAME_WORDS):
            found = re.match(r"\s+", text[end:])
            rest = end + (found.end() if found else 0)
            office_end = self._offices.end_at(text, rest) or self._unknown_office(text, end, rest)
            if found is None or office_end is None:
                number = re.match(r"\s+\d{1,3}\b", text[end:])
                return end + number.end() if number and _is_school(text[:end]) else end
            end = office_end
        return end

    def _unknown_office(self, text: str, end: int, rest: int) -> int | None:
        """``dinas kebersihan``: one ordinary word more after "dinas", "bidang" …"""
        if not _OPEN_OFFICES.search(text[:end]):
            return None
        word = next(iter(_words(text[rest : rest + _REACH])), None)
        if word is None or not word.is_word or self._attached.end_at(text, rest) is not None:
            return None
        if word.text[0].isupper() or word.lower.rstrip(".") in self._honorifics:
            return None
        return rest + word.end if self._may_be_name(word, capitals=False) else None

    def _attached_end(self, text: str, end: int) -> int:
        found = re.match(r"\s+", text[end:])
        if found is None:
            return end
        rest = end + found.end()
        return self._attached.end_at(text, rest) or end

    def _honorific_before(self, text: str, start: int) -> int:
        earliest = max(0, start - _REACH)
        words = _words(text[earliest:start])
        if words and words[-1].lower.rstrip(".") in self._honorifics | {"oknum"}:
            return earliest + words[-1].start
        return start

    def _name_before(self, text: str, start: int) -> str | None:
        """``Pak Budi Santoso, camat ...`` or ``Budi Santoso camat ...``."""
        found = _NAME_BEFORE.search(text[max(0, start - _REACH) : start])
        if not found:
            return None
        names = [
            word
            for word in _words(found[1] or found[2])
            if word.lower.rstrip(".") not in self._honorifics
        ]
        ordinary = [
            word for word in names if word.is_word and self._may_be_name(word, capitals=False)
        ]
        return (
            (found[1] or found[2])
            if names and len(ordinary) >= len([n for n in names if n.is_word])
            else None
        )

    def _name_told(self, text: str) -> str | None:
        """``namanya Dr. Haryo``, ``inisial RM``."""
        found = _NAME_TOLD.search(text)
        return found[1] if found else None

    def _name_at(self, text: str, end: int, *, capitals: bool) -> str | None:
        """A name right after a title: capitalised words, or one after ``pak`` or ``bu``."""
        words: list[_Word] = []
        after_honorific = False
        for word in _words(text[end : end + _REACH]):
            if word.text == "." and after_honorific and len(words) == 1:
                continue
            if not word.is_word:
                break
            honorific = word.lower.rstrip(".") in self._honorifics
            if honorific and not words:
                words.append(word)
                after_honorific = True
                continue
            if len(words) > _NAME_WORDS or not self._may_be_name(
                word, capitals=capitals and not after_honorific
            ):
                break
            if not capitals and not after_honorific:
                break
            words.append(word)
            if after_honorific and not word.text[0].isupper():
                break
            after_honorific = after_honorific and not capitals
        if not words or all(word.lower.rstrip(".") in self._honorifics for word in words):
            return None
        return text[end + words[0].start : end + words[-1].end]

    def _name_further(self, text: str, start: int, *, capitals: bool) -> str | None:
        """``kabid di dinas pu pak Yohanes Lado``: a title and a name before any verb."""
        for word in _words(text[start : start + _REACH])[:_FURTHER_WORDS]:
            lower = word.lower.rstrip(".")
            if lower in self._honorifics:
                name = self._name_at(text, start + word.start, capitals=capitals)
                return name if name and name.lower() != word.lower else None
            if self._offices.whole(lower):
                continue
            ends = not word.is_word and word.text not in ",()"
            if ends or _VERB.fullmatch(lower) or lower in self._not_names - _PREPOSITIONS:
                return None
        return None

    def _named(self, text: str, *, capitals: bool) -> Person:
        """Without a title: ``pak Hendra``, ``bu Sri Wahyuni``."""
        words = _words(text)
        for place, word in enumerate(words[:-1]):
            if word.lower.rstrip(".") not in {"pak", "bu", "bapak", "ibu", "bpk", "dr", "drs"}:
                continue
            before = words[place - 1].lower if place else ""
            if before in self._not_after or not words[place + 1].is_word:
                continue
            if name := self._name_at(text, word.start, capitals=capitals):
                return Person(name, None)
        return Person()

    def _may_be_name(self, word: _Word, *, capitals: bool) -> bool:
        if capitals and not word.text[0].isupper():
            return False
        lower = word.lower
        if lower in self._not_names or lower in self._not_after or any(c.isdigit() for c in lower):
            return False
        if self._titles[0].whole(lower) or self._titles[1].whole(lower):
            return False
        return word.text[0].isupper() or not _VERB.fullmatch(lower)


def _words(text: str) -> list[_Word]:
    return [_Word(found[0], *found.span()) for found in _WORD.finditer(text)]


def _has_ordinary_capitals(text: str) -> bool:
    """Capitals tell names only where not everything is written with them."""
    letters = [letter for letter in text if letter.isalpha()]
    upper = sum(letter.isupper() for letter in letters)
    return 0 < upper < len(letters) / 2


def _is_shouted(text: str) -> bool:
    """Written in capitals throughout, where they tell no names."""
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) > _SHOUTED * len(letters)


def _is_school(text: str) -> bool:
    return bool(
        re.search(r"\b(?:sdn?|smpn?|sman?|smkn?|mi|mts|man|paud|tk|sekolah)\s*$", text.lower())
    )


def _starts_with(name: str, words: frozenset[str]) -> bool:
    return name.split()[0].lower().rstrip(".") in words


def _set(words: str) -> frozenset[str]:
    return frozenset(listed_words(words))
