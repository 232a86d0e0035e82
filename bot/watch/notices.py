"""Plain sentences for the operator: what is wrong, said once, and again only when it changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.chat.messages import Outgoing
from bot.chat.text import Text, join
from bot.chat.wording import Wording
from bot.limits import OPS_QUIET
from bot.watch.backlog import Late

_PARTS = ("database", "keys", "disk")
_AGES = ((2 * 86_400, "days", 86_400), (3_600, "hours", 3_600), (0, "minutes", 60))


@dataclass(frozen=True, slots=True)
class State:
    """What the watch sees: parts that do not answer, and desks with something late."""

    broken: frozenset[str] = frozenset()
    desks: Mapping[str, Late] = field(default_factory=dict)


class Notices:
    """Decides when there is something new to say. ``name_of`` gives a desk's name."""

    def __init__(self, wording: Wording, name_of: Callable[[str], str]) -> None:
        self._wording = wording
        self._name_of = name_of
        self._said: dict[str, int] = {}
        self._last = -OPS_QUIET

    def due(self, state: State, now: int) -> Outgoing | None:
        """The notice to send now, or None. Call `sent` once it arrived."""
        grades = _grades(state)
        if grades == self._said or now - self._last < OPS_QUIET:
            return None
        worse = any(grade > self._said.get(name, 0) for name, grade in grades.items())
        if not worse and grades.keys() == self._said.keys():
            return None  # it is getting better by itself
        return Outgoing(join([*self._problems(state), *self._solved(grades)]))

    def sent(self, state: State, now: int) -> None:
        self._said, self._last = _grades(state), now

    def _problems(self, state: State) -> list[Text]:
        parts = [self._wording.say(f"ops.part.{part}") for part in _PARTS if part in state.broken]
        return parts + [
            line for desk, late in sorted(state.desks.items()) for line in self._desk(desk, late)
        ]

    def _desk(self, desk: str, late: Late) -> list[Text]:
        lines, name = [], self._shown(desk)
        if late.count:
            age = self._age(late.seconds)
            lines.append(self._wording.say("ops.late", desk=name, count=str(late.count), age=age))
        if late.dead:
            lines.append(self._wording.say("ops.dead", desk=name, count=str(late.dead)))
        return lines

    def _solved(self, grades: Mapping[str, int]) -> list[Text]:
        gone = [name for name in self._said if name not in grades]
        if not grades:
            return [self._wording.say("ops.all_well")]
        return [self._wording.say("ops.solved", what=self._what(name)) for name in sorted(gone)]

    def _what(self, name: str) -> str:
        if name in _PARTS:
            return self._wording.plain(f"ops.solved_part.{name}")
        return self._shown(name.partition(":")[2])

    def _shown(self, desk: str) -> str:
        name = self._name_of(desk)
        return name[:1].upper() + name[1:]

    def _age(self, seconds: int) -> Text:
        unit, size = next((unit, size) for least, unit, size in _AGES if seconds >= least)
        return self._wording.say(f"ops.age.{unit}", n=str(seconds // size))


def _grades(state: State) -> dict[str, int]:
    """How bad each thing is; a desk's grade rises as its number or its age doubles."""
    grades = dict.fromkeys(state.broken, 1)
    for desk, late in state.desks.items():
        if late.count:
            hours = late.seconds // 3_600
            grades[f"late:{desk}"] = late.count.bit_length() + hours.bit_length()
        if late.dead:
            grades[f"dead:{desk}"] = late.dead.bit_length()
    return grades
