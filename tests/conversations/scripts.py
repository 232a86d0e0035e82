"""Conversations as lists of what a person does and what is then on the screen, for every channel.

A turn is ``(does, sees, …)``: plain words are written; ``[Label]`` is chosen (as the channel lets
people choose); ``<kind> words`` sends a file; ``+40`` lets forty minutes pass; ``#data`` presses a
button that is no longer there, ``#0`` the first "kirim" that was ever shown; ``=words`` and
``=[Label]`` arrive twice as the same message; ``...`` answers whatever is asked until the review.
What is seen must be in the reply; with ``!`` before it, it must not.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

FULL = (
    "Pak Budi, kepala seksi di Kelurahan Lolu, membagikan kaus calon wali kota "
    "di Kota Palu kemarin sore"
)
STORY = "Ada pegawai dinas yang membagikan brosur calon sesudah apel"
FORM = (("/sampaikan", "informasi awal"), ("[Lanjut tanpa nama]", "Ceritakan"))
ANSWERS = {
    "Di mana kejadiannya": "Palu Selatan, Kota Palu",
    "Kapan terjadinya": "kemarin",
    "Siapa yang melakukan": "kepala dinas, Dinas Contoh",
    "Di kantor atau unit mana": "staf, Dinas Contoh",
    "Yang paling dekat": "3",
    "tautan unggahan": "lewati",
    "Kapan Anda mengetahuinya": "hari ini",
    "berapa orang": "tidak tahu",
}

Turn = tuple[str, ...]


class Player(Protocol):
    """Somebody on a channel; every method returns what came back."""

    async def says(self, text: str, event: str | None = None) -> str: ...
    async def picks(self, label: str, event: str | None = None) -> str: ...
    async def sends(self, kind: str, text: str = "", event: str | None = None) -> str: ...
    async def repeats(self, what: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Script:
    """``sends``: how many tips wait for the desk at the end."""

    name: str
    turns: tuple[Turn, ...]
    sends: int = 0


async def play(script: Script, player: Player, wait: Callable[[int], Awaitable[None]]) -> None:
    """Go through a script; an unexpected reply fails with the end of the talk."""
    talk: list[str] = []
    for does, *sees in script.turns:
        seen = await act(does, player, wait)
        talk = [*talk[-2:], f"> {does}\n{seen}"]
        for words in sees:
            wrong = (words[1:] in seen) if words[0] == "!" else (words not in seen)
            assert not wrong, "\n\n".join([script.name, *talk, f"expected: {words}"])


async def act(does: str, player: Player, wait: Callable[[int], Awaitable[None]]) -> str:
    if does == "...":
        return await fill(player)
    if does.startswith("+"):
        await wait(int(does[1:]))
        return ""
    event = None
    if does.startswith("="):
        does, event = does[1:], f"twice-{id(player)}-{does}"
        await _once(does, player, event)
    return await _once(does, player, event)


async def _once(does: str, player: Player, event: str | None) -> str:
    if does.startswith("["):
        return await player.picks(does.strip("[]"), event)
    if does.startswith("#"):
        return await player.repeats(does[1:])
    if does.startswith("<"):
        kind, _, text = does[1:].partition(">")
        return await player.sends(kind, text.strip(), event)
    return await player.says(does, event)


async def fill(player: Player) -> str:
    """Answer what is asked until everything is shown."""
    seen = await player.says("!!")
    for _ in range(12):
        if "Sudah benar?" in seen:
            return seen
        seen = await player.says(next(a for question, a in ANSWERS.items() if question in seen))
    raise AssertionError(seen)


HAPPY = (
    Script(
        "from a story that says everything straight to the review",
        (
            *FORM,
            (FULL, "Pak Budi", "kepala seksi", "Sudah benar?", "!Di mana kejadiannya"),
            ("[Ya, kirim]", "Tersimpan. Akan dikirim ke meja peragaan", "Enam kata", "tanyakan"),
        ),
        sends=1,
    ),
    Script(
        "one thing at a time",
        (
            *FORM,
            (STORY, "sudah jelas", "pegawai dinas", "Di mana kejadiannya"),
            ("Palu Selatan, Kota Palu", "Kapan terjadinya"),
            ("[Kemarin]", "Di kantor atau unit mana"),
            ("staf, Dinas Contoh", "Sudah benar?"),
            ("[Ya, kirim tanpa]", "Tersimpan", "Selesai. Tanpa kode", "!Enam kata"),
        ),
        sends=1,
    ),
    Script(
        "typed words instead of buttons",
        (
            ("lapor", "informasi awal"),
            ("setuju", "Ceritakan"),
            (FULL, "Sudah benar?"),
            ("ya", "Tersimpan"),
        ),
        sends=1,
    ),
    Script(
        "the story comes first, before any command",
        (
            ("mau lapor min, " + FULL, "informasi awal", "pegang dulu"),
            ("[Lanjut]", "Pak Budi", "Sudah benar?"),
        ),
    ),
    Script(
        "a story without the word lapor is offered both ways",
        (
            (FULL, "pertanyaan, atau informasi", "belum dikirim"),
            ("[Sampaikan]", "informasi awal"),
            ("[Lanjut]", "Pak Budi", "Sudah benar?"),
        ),
    ),
)


PLATFORM_WAYS = (
    "from a story that says everything straight to the review",
    "one thing at a time",
    "batal in the middle",
    "back to the question before",
    "an answer is changed at the review",
    "the own number is taken out",
    "danger in the middle comes first",
)
"""Scripts that are also played through the real channels (names)."""


def named(scripts: Iterable[Script], names: Iterable[str]) -> list[Script]:
    return [script for script in scripts if script.name in names]
