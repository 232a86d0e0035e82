"""Whose act a story tells of: the name or designation, and the position."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.tips.phrases import Phrases

_WORD = re.compile(r"[\w'’.@-]*\w|[.,;:!?()\n]")
_NAME_WORDS = 4
_REACH = 120  # characters around a title that may belong to the person
_HONORIFIC = r"(?:(?:[Pp]a?k|[Bb]apa?k|[Bb]pk|[Bb]u|[Ii]bu|[Dd]rs?|[Dd]ra|[Hh]j?|[Ii]r)\.?\s+)"
_NAME = r"[A-Z][\w'’-]*(?:\s+[A-Z][\w.'’-]*){0,3}"
_FULL_NAME = r"[A-Z][\w'’-]+(?:\s+[A-Z][\w.'’-]*){1,3}"
_NAME_AFTER_COMMA = re.compile(rf"\s*[,(]\s*({_HONORIFIC}+(?:{_NAME}|[a-z]+\b)|{_FULL_NAME})")
_NAME_BEFORE = re.compile(
    rf"({_HONORIFIC}+(?:{_NAME}|\w+)|{_FULL_NAME})"
    r"\s*(?:,|\(|selaku|yg menjabat|yang menjabat|yang jadi|yg jadi)\s*$"
    rf"|({_HONORIFIC}+{_NAME})\s+$"
)
_NAME_TOLD = re.compile(
    rf"\b(?:[Nn]amanya|[Bb]ernama|[Ii]nisial|[Bb]erinisial)\s*:?\s+({_HONORIFIC}*{_NAME}|{_HONORIFIC}+\w+|[A-Z]{{1,4}}\b)"
)
_ONE_OF = re.compile(
    r"(?:oknum|seorang|salah satu|ada|satu|2|dua|tiga|beberapa|bbrp)\s+$", re.IGNORECASE
)
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

    def __init__(self, words: Mapping[str, str]) -> None:
        self._titles = (Phrases(words["named"]), Phrases(words["general"]))
        self._offices = Phrases(words["offices"])
        self._attached = Phrases(words["attached"])
        self._honorifics = _set(words["honorifics"])
        self._relations = re.compile(
            rf"(?<![\w-])(?:{_any(words['relations'])})\s+(?:saya|kami|sy|kita|aku)(?![\w-])",
            re.IGNORECASE,
        )
        self._not_after = _set(words["not_after"])
        self._not_names = _set(words["not_names"])

    def read(self, text: str) -> Person:
        """The first person whose act it may be; a specific office before "pegawai" or "ASN"."""
        capitals = _has_ordinary_capitals(text)
        for titles in self._titles:
            for start, end in titles.spans(text):
                if self._is_accused(text, start) and self._is_singled_out(text, start, end, titles):
                    return self._titled(text, start, end, capitals=capitals)
        named = self._named(text, capitals=capitals)
        if named.who:
            return named
        related = self._relations.search(text)
        return (
            Person(related[0]) if related and self._is_accused(text, related.start()) else Person()
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
        return not before or before[-1].lower not in self._not_after

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
        return Person(text[left:attached].strip(), position)

    def _past_office(self, text: str, end: int) -> int:
        """``kabid`` goes on with ``pendidikan dasar``; ``staf`` with ``kelurahan``."""
        for _ in range(_NAME_WORDS):
            found = re.match(r"\s+", text[end:])
            rest = end + (found.end() if found else 0)
            span = next(
                (s for s in self._offices.spans(text[rest : rest + _REACH]) if s[0] == 0), None
            )
            if found is None or span is None:
                number = re.match(r"\s+\d{1,3}\b", text[end:])
                return end + number.end() if number and _is_school(text[:end]) else end
            end = rest + span[1]
        return end

    def _attached_end(self, text: str, end: int) -> int:
        found = re.match(r"\s+", text[end:])
        if found is None:
            return end
        rest = end + found.end()
        span = next(
            (s for s in self._attached.spans(text[rest : rest + _REACH]) if s[0] == 0), None
        )
        return rest + span[1] if span else end

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


def _is_school(text: str) -> bool:
    return bool(
        re.search(r"\b(?:sdn?|smpn?|sman?|smkn?|mi|mts|man|paud|tk|sekolah)\s*$", text.lower())
    )


def _starts_with(name: str, words: frozenset[str]) -> bool:
    return name.split()[0].lower().rstrip(".") in words


def _any(words: str) -> str:
    listed = sorted((word.strip() for word in words.split(",")), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in listed if word)


def _set(words: str) -> frozenset[str]:
    return frozenset(word.strip() for word in words.split(","))
