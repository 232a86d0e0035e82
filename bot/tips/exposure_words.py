"""Patterns of people who describe themselves, built from ``content/exposure.yaml``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TITLES = r"(?:(?:Drs|Dra|Dr|dr|Ir|H|Hj|Pak|Bu|Ibu|Bapak)\.?\s+)?"
_FULL_NAME = (
    r"(?<![\w'.])[A-Z][a-z'.]{1,30}(?:\s+(?:(?:bin|binti|de|la|wa)\s+)?[A-Z][\w'.]{0,30}){1,5}"
)
_FOUR_DIGITS = r"(?=(?:[a-zA-Z_./-]{0,20}\d){4})"
_REFERENCE = r"[\w./-]{0,60}\w"
_EDGE = r"(?<![\w-])"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to look for; ``group`` is the part that exposes, ``tail`` adds the office's name."""

    kind: str
    words: re.Pattern[str]
    group: int = 0
    tail: bool = False


def self_patterns(words: Mapping[str, str]) -> tuple[Pattern, ...]:
    """Everything a writer says of himself: work, kin, role, name, address, references."""
    return (*_work(words), *_kin(words), *_acts(words), *_names(words), *_references(words))


def relation_before(words: Mapping[str, str]) -> re.Pattern[str]:
    """A relation right before ``saya``: "sepupu saya asn di dinkes" is the cousin's work."""
    return re.compile(rf"{_EDGE}(?:{any_of(words['relations'])})(?:\s+\w+)?\s+$", re.IGNORECASE)


def any_of(words: str) -> str:
    """Comma-separated words as alternatives, longest first."""
    listed = sorted((word.strip() for word in str(words).split(",")), key=len, reverse=True)
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in listed if word)


def _i(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern})(?![\w-])", re.IGNORECASE)


def _me(words: Mapping[str, str]) -> str:
    return rf"{_EDGE}(?:{any_of(words['self'])})(?:\s+(?:{any_of(words['fillers'])}))*"


def _work(words: Mapping[str, str]) -> tuple[Pattern, ...]:
    me, own = _me(words), any_of(words["own"])
    opened = rf"{_EDGE}(?:{any_of(words['openers'])})\s*[,:-]?(?:\s+(?-i:[A-Z][\w'.]*)){{2,4}}\s*,"
    role, office = any_of(words["roles"]), any_of(words["offices"])
    own_name = r"(?:\s+(?-i:[A-Z][\w'.]*)){0,4}\s*,?"
    named_place = r"(?:\s+[\w-]+){0,3}?\s+(?:di|pada|d)(?=\s)"
    return (
        Pattern("self_workplace", _i(rf"{me}\s+(?:{any_of(words['works'])})"), tail=True),
        Pattern(
            "self_workplace",
            _i(
                rf"(?:{me}{own_name}|{_EDGE}(?:{any_of(words['as'])})|{opened})\s+(?:{role})"
                rf"(?:{named_place}|(?:\s+[\w-]+){{0,2}}?\s+(?:{office}))"
            ),
            tail=True,
        ),
        Pattern(
            "self_workplace",
            _i(rf"{_EDGE}(?<!kepala )(?<!ketua )(?:{any_of(words['workplaces'])})\s+(?:{own})"),
        ),
    )


def _kin(words: Mapping[str, str]) -> tuple[Pattern, ...]:
    between = any_of(words["relation_fillers"])
    not_after = r"(?!\s+(?:saya|sy|aku|di|yang|yg|ikut|disuruh)(?![\w-]))"
    return (
        Pattern(
            "self_relation",
            _i(
                rf"{_EDGE}(?:{any_of(words['relations'])})(?:\s+(?:{between}))*"
                rf"\s+(?:{any_of(words['own'])})(?:\s+(?:{between}))?"
            ),
        ),
        Pattern("self_relation", _i(rf"{_me(words)}\s+(?:{any_of(words['related'])}){not_after}")),
    )


def _acts(words: Mapping[str, str]) -> tuple[Pattern, ...]:
    """``saya yang mengantar``: an act that only one person did."""
    act = rf"(?!(?:{any_of(words['not_acts'])})(?![\w-]))[a-z]+(?:\s+[\w-]+){{0,2}}"
    me = rf"{_EDGE}(?<!bukan )(?:saya|sy|aku|gue|gw|ane)"
    return (Pattern("self_unique", _i(rf"{me}\s+(?:yang|yg)\s+{act}")),)


def _names(words: Mapping[str, str]) -> tuple[Pattern, ...]:
    barred = rf"(?!(?:{any_of(words['not_called'])})\b)"
    closers = rf"(?i:{any_of(words['closers'])})"
    not_name = rf"(?!(?:{any_of(words['not_names'])})(?![\w-]))"
    alone = rf"{barred}[A-Z][a-z']+(?=\s*,|\s+(?:dari|guru|warga)\b)"
    opened = rf"{_EDGE}(?i:{any_of(words['openers'])})\s*[,:-]?\s+"
    ends = rf"(?=\s*(?:$|[,(]|{closers}))"
    return (
        Pattern(
            "self_name",
            _i(
                rf"{_EDGE}(?:{any_of(words['names'])})\s*[:,=]?\s*{not_name}"
                r"[a-z][\w'.]*(?:\s+[A-Z][\w'.]*){0,3}"
            ),
        ),
        Pattern(
            "self_name",
            re.compile(
                rf"{_EDGE}(?i:saya|sy|aku|ini|beta|gue|gw)\s+({barred}{_FULL_NAME}|{alone})"
            ),
            group=1,
        ),
        Pattern("self_name", re.compile(rf"{opened}({_TITLES}{barred}{_FULL_NAME}){ends}"), 1),
        Pattern("self_name", re.compile(rf"({_TITLES}{barred}{_FULL_NAME})(?=\s+{closers})"), 1),
        Pattern("self_address", _i(rf"{_EDGE}(?:{any_of(words['addresses'])})[^.;!?\n]{{0,60}}")),
    )


def _references(words: Mapping[str, str]) -> tuple[Pattern, ...]:
    """Receipts of this bot, and numbers of other desks that lead to a person."""
    no_phone = r"(?!(?:0|\+?62)8\d)"
    return (
        Pattern(
            "receipt",
            re.compile(
                rf"{_EDGE}(?:{any_of(words['codes'])})\s*(?:itu|adalah|saya|ini|:|=|nya|-)*\s*"
                r"((?:[a-z]{4,8}[\s,.-]+){5}[a-z]{4,8})(?!\w)",
                re.IGNORECASE,
            ),
            group=1,
        ),
        Pattern(
            "receipt",
            re.compile(
                rf"{_EDGE}(?:{any_of(words['references'])})(?:\s+[a-z]\w*){{0,6}}?\s*[:=#.]?\s*"
                rf"(#?{_FOUR_DIGITS}{no_phone}{_REFERENCE})",
                re.IGNORECASE,
            ),
            group=1,
        ),
    )
