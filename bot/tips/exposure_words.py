"""Patterns of people who describe themselves, built from ``content/exposure.yaml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bot.tips.phrases import any_of, listed_words

_TITLES = r"(?:(?:Drs|Dra|Dr|dr|Ir|H|Hj|Pak|Bu|Ibu|Bapak|ibu|bapak|pak|bu)\.?\s+)?"
_FULL_NAME = (
    r"(?<![\w'.])[A-Z][a-z'.]{1,30}(?:\s+(?:(?:bin|binti|de|la|wa)\s+)?[A-Z][\w'.]{0,30}){1,5}"
)
_FOUR_DIGITS = r"(?=(?:[a-zA-Z_./-]{0,20}\d){4})"
_REFERENCE = r"[\w./-]{0,60}\w(?:\s\d{3,8}){0,4}"
_EDGE = r"(?<![\w-])(?=\w)"
_Words = Mapping[str, Any]


class Lazy:
    """A regular expression that is compiled when it is first used."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._source = pattern, flags

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(*self._source)


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to look for; ``group`` is the part that exposes.

    ``tail`` adds the office's name; ``subject`` means that "saya" must not end a relation
    ("sepupu saya asn di dinkes" is the cousin's work).
    """

    kind: str
    words: Lazy
    group: int = 0
    tail: bool = False
    subject: bool = False


def self_patterns(words: _Words) -> tuple[Pattern, ...]:
    """Everything a writer says of himself: work, kin, role, name, address, references."""
    return (
        *_work(words),
        *_kin(words),
        *_acts(words),
        *_names(words),
        *_address(words),
        *_references(words),
    )


def relation_before(words: _Words) -> Lazy:
    """A relation right before ``saya``."""
    kinds = ("relations", "bosses", "service_bosses", "workplaces", "acquaintances")
    nouns = "|".join(any_of(words[kind]) for kind in kinds)
    between = any_of(words["relation_fillers"])
    unrelated = _not_after(words["not_related_after"])
    return Lazy(rf"{unrelated}{_EDGE}(?:{nouns})(?:\s+(?:{between}))?\s+$", re.IGNORECASE)


def _i(pattern: str) -> Lazy:
    return Lazy(rf"(?:{pattern})(?![\w-])", re.IGNORECASE)


def _not_after(words: str) -> str:
    """None of these words, followed by a blank, stands before."""
    return "".join(rf"(?<!\b{re.escape(word)} )" for word in listed_words(words))


def _me(words: _Words) -> str:
    return rf"{_EDGE}(?:{any_of(words['self'])})(?:\s+(?:{any_of(words['fillers'])}))*"


def _owned(nouns: str, words: _Words, between: str = "") -> str:
    """``kantor saya``, ``kantorku``, ``sa pu kantor``; ``between`` may stand after the noun."""
    noun = rf"(?:{any_of(nouns)})"
    own = any_of(words["own"])
    gap = rf"(?:\s+(?:{any_of(between)})){{0,2}}" if between else ""
    return (
        rf"{_EDGE}{noun}{gap}(?:\s+(?:{own}|ku)|-?ku)"
        rf"|{_EDGE}(?:{any_of(words['self'])})\s+(?:{any_of(words['possessed'])})\s+{noun}"
    )


def _work(words: _Words) -> tuple[Pattern, ...]:
    me = _me(words)
    opened = rf"{_EDGE}(?:{any_of(words['openers'])})\s*[,:-]?(?:\s+(?-i:[A-Z][\w'.]*)){{2,4}}\s*,"
    role, office = f"{any_of(words['roles'])}|{any_of(words['posts'])}", any_of(words["offices"])
    barred = any_of(words["not_called"])
    own_name = (
        rf"(?:\s+(?:pak|bu|bapak|ibu))?"
        rf"(?:\s+(?!(?:{barred})\b)(?-i:[A-Z][\w'.]*)){{0,4}}\s*,?"
    )
    many = r"(?:\s+(?:ber)?\w{1,6}\s+(?:orang|org))?"
    named_place = r"(?:\s+[\w-]+){0,3}?\s+(?:di|pada|d|ring|neng|nang)(?=\s)"
    visit = _not_after(words["visits"])
    verbs, at = any_of(words["work_verbs"]), any_of(words["work_at"])
    works = rf"(?:{verbs})(?:\s+[\w-]+){{0,2}}?\s+(?:{at})(?=\s)|{any_of(words['works'])}"
    territory = r"(?<!kepala )(?<!ketua )"
    return (
        Pattern("self_workplace", _i(rf"{visit}{me}\s+(?:{works})"), 0, True, True),
        Pattern(
            "self_workplace",
            _i(
                rf"(?:{me}{own_name}{many}|{_EDGE}(?:{any_of(words['as'])})|{opened})\s+(?:{role})"
                rf"(?:{named_place}|(?:\s+[\w-]+){{0,2}}?\s+(?:{office}))"
            ),
            tail=True,
            subject=True,
        ),
        Pattern("self_workplace", _i(rf"{me}\s+(?:{any_of(words['posts'])})"), 0, True, True),
        Pattern("self_workplace", _i(territory + _owned(words["workplaces"], words))),
    )


def _kin(words: _Words) -> tuple[Pattern, ...]:
    between = any_of(words["relation_fillers"])
    not_after = r"(?!\s+(?:saya|sy|aku|di|yang|yg|ikut|disuruh)(?![\w-]))"
    after = rf"(?:\s+(?:{between}))?"
    me = _me(words)
    return (
        Pattern(
            "self_relation",
            _i(
                _not_after(words["not_related_after"])
                + rf"(?:{_owned(words['relations'], words, words['relation_fillers'])}){after}"
            ),
        ),
        Pattern("self_relation", _i(_owned(words["bosses"], words))),
        Pattern(
            "self_relation",
            _i(_owned(words["service_bosses"], {**words, "own": words["sets"]["me"]})),
        ),
        Pattern("self_relation", _i(rf"{me}\s+(?:{any_of(words['related_nya'])})\s?nya")),
        Pattern("self_relation", _i(rf"{me}\s+(?:{any_of(words['related'])}){not_after}")),
    )


def _acts(words: _Words) -> tuple[Pattern, ...]:
    """What only one person did: ``saya yang mengantar``, ``cuma saya``, ``saya MC-nya``."""
    act = rf"(?!(?:{any_of(words['not_acts'])})(?![\w-]))[a-z]+(?:\s+[\w-]+){{0,2}}"
    me = rf"(?:{any_of(words['sets']['me'])})"
    only = rf"(?:{any_of(words['sets']['only'])})"
    complaint = rf"(?!\s+(?:{any_of(words['not_alone'])})(?![\w-]))"
    return (
        Pattern("self_unique", _i(rf"{_EDGE}(?<!bukan ){me}\s+(?:yang|yg)\s+{act}"), subject=True),
        Pattern("self_unique", _i(rf"{_EDGE}{only}\s+{me}(?:\s+(?:yang|yg))?(?![\w-]){complaint}")),
        Pattern("self_unique", _i(rf"{_me(words)}\s+(?:{any_of(words['event_roles'])})")),
    )


def _names(words: _Words) -> tuple[Pattern, ...]:
    barred = rf"(?!(?:{any_of(words['not_called'])})\b)"
    closers = rf"(?i:{any_of(words['closers'])})"
    officials = "|".join(any_of(words[key]) for key in ("posts", "bosses", "officials"))
    not_name = (
        rf"(?!(?:{any_of(words['not_names'])}|{officials}|\w+nya|di\w{{3,}}(?:in|kan|en))(?![\w-]))"
    )
    alone = rf"{barred}[A-Z][a-z']+(?=\s*,|\s+(?:dari|guru|warga)\b)"
    opened = rf"{_EDGE}(?i:{any_of(words['openers'])})\s*[.,:-]?\s+"
    ends = rf"(?=\s*(?:$|[,(]|{closers}))"
    me = r"(?i:saya|sy|aku|sa|ini|beta|gue|gw)"
    return (
        Pattern(
            "self_name",
            _i(
                rf"{_EDGE}(?:{any_of(words['names'])})\s*(?:[:=]|,(?=\s*(?-i:[A-Z])))?\s*{not_name}"
                r"[a-z][\w'.]*(?:\s+(?-i:[A-Z])[\w'.]*){0,3}"
            ),
        ),
        Pattern("self_name", Lazy(rf"{_EDGE}{me},?\s+({_TITLES}{barred}{_FULL_NAME}|{alone})"), 1),
        Pattern("self_name", Lazy(rf"{opened}({_TITLES}{barred}{_FULL_NAME}){ends}"), 1),
        Pattern(
            "self_name",
            Lazy(
                rf"{_EDGE}(?:(?i:ini dengan)\s+({_TITLES}{barred}[A-Z][\w']+)"
                rf"|{me},?\s+({_TITLES[:-1]}{barred}[A-Z][\w']+))"
            ),
        ),
        Pattern("self_name", Lazy(rf"({_TITLES}{barred}{_FULL_NAME})(?=\s+{closers})"), 1),
        Pattern(
            "self_name",
            _i(
                rf"{_EDGE}(?:{any_of(words['greetings'])})\s*,?\s+ini\s+"
                rf"((?:{any_of(words['callings'])})\s+{not_name}[a-z']{{3,20}})"
            ),
            group=1,
        ),
    )


def _address(words: _Words) -> tuple[Pattern, ...]:
    rest = r"[^.;!?\n]{0,60}"
    place = any_of(words["home_where"])
    home = _owned(words["homes"], words)
    return (
        Pattern("self_address", _i(rf"(?:{home})\s+(?:{place})(?![\w-]){rest}")),
        Pattern("self_address", _i(rf"{_EDGE}(?:alamat)(?:ku|\s+ku|\s+(?:saya|sy|aku)){rest}")),
        Pattern("self_address", _i(rf"{_EDGE}(?:{any_of(words['views'])})\s+(?:{home})")),
        Pattern(
            "self_address",
            _i(
                rf"{_me(words)}\s+(?:{any_of(words['lives'])})\s+(?:{any_of(words['lives_where'])})\s+{rest}"
            ),
        ),
        Pattern("self_address", _i(rf"{_me(words)}\s+(?:{any_of(words['residents'])})\s+{rest}")),
    )


def _references(words: _Words) -> tuple[Pattern, ...]:
    """Receipts of this bot, and numbers of other desks that lead to a person."""
    no_phone = r"(?!(?:0|\+?62)8\d)"
    number = rf"\s*[:=#.,]?\s*(#?{_FOUR_DIGITS}{no_phone}{_REFERENCE})"
    own = any_of(words["own"])
    return (
        Pattern(
            "receipt",
            Lazy(
                rf"{_EDGE}(?:{any_of(words['codes'])})\s*(?:itu|adalah|saya|ini|:|=|nya|-)*\s*"
                r"((?:[a-z]{4,8}[\s,.-]+){5}[a-z]{4,8})(?!\w)",
                re.IGNORECASE,
            ),
            group=1,
        ),
        Pattern(
            "receipt",
            Lazy(
                rf"{_EDGE}(?:{any_of(words['references'])})(?:\s+[a-z][\w.]*){{0,6}}?{number}",
                re.IGNORECASE,
            ),
            group=1,
        ),
        Pattern(
            "receipt",
            Lazy(
                rf"{_EDGE}(?:{any_of(words['papers'])})(?:,?\s+[a-z][\w.]*){{0,4}}?"
                rf"(?:(?:dari\s+)?(?:\s+(?:{own})|ku))(?:,?\s+[a-z][\w.]*){{0,7}}?{number}",
                re.IGNORECASE,
            ),
            group=1,
        ),
    )
