"""The scripts of telling, played through the channel on the fake Twilio: by letters and words as in
the sandbox, and with the buttons and lists of a number of our own."""

import re
from dataclasses import dataclass, field

import pytest

from bot.app import App
from bot.clock import SetClock
from bot.store import outbox
from tests.conversations.astray import ASTRAY
from tests.conversations.scripts import HAPPY, PLATFORM_WAYS, Script, named, play
from tests.fakes.twilio import Person, Twilio
from tests.fakes.twilio_world import new_sid
from tests.whatsapp.conftest import Connect

_CHOICE = re.compile(r"\*([A-F])\.\* (.+)")
_WORDS = re.compile(r"^• (.+)$", re.MULTILINE)
_NEEDS_BUTTONS = "kirim of an old summary sends nothing"  # letters name the newest choices only
_LIKE = "bolehkah like, komentar, atau membagikan unggahan calon?"
_KINDS = {"photo": "image/jpeg", "voice": "audio/ogg", "sticker": "image/webp"}


@dataclass
class OnWhatsApp:
    """Chooses as the newest message that offers it lets people choose: a button or a row is
    pressed, a letter typed, and what has no letter written out."""

    twilio: Twilio
    person: Person
    events: dict[str, str] = field(default_factory=dict)

    async def says(self, text: str, event: str | None = None) -> str:
        return await self._brings({"Body": text}, event)

    async def picks(self, label: str, event: str | None = None) -> str:
        for message in reversed(self.person.sees):
            for row in message.rows:
                if any(shown.startswith(label) for shown in (row.title, row.description)):
                    more = {
                        "buttons": {"ButtonText": row.title, "ButtonPayload": row.id},
                        "list": {"ListTitle": row.title, "ListId": row.id},
                    }[message.kind]
                    fields = {"Body": row.title, "MessageType": "interactive", **more}
                    return await self._brings(fields, event)
            for letter, shown in _CHOICE.findall(message.text):
                if shown.startswith(label):
                    return await self.says(letter, event)
            for shown in _WORDS.findall(message.text):
                if shown.startswith(label):
                    return await self.says(shown, event)
        raise AssertionError(f"{label} is not offered: {self.person.last.text}")

    async def sends(self, kind: str, text: str = "", event: str | None = None) -> str:
        before = len(self.person.sees)
        if kind == "other":
            place = {"MessageType": "location", "Latitude": "-0.9", "Longitude": "119.8"}
            return await self._brings({"Body": text, **place}, event)
        more = {"MessageType": "sticker"} if kind == "sticker" else {}
        await self.person.sends(b"isi", _KINDS[kind], text, **more)
        return self._new(before)

    async def repeats(self, what: str) -> str:
        """Press what is no longer there; ``0``: the first "kirim" that was shown as a button."""
        if what == "0":
            rows = (row.id for message in self.person.sees for row in message.rows)
            what = next(id_ for id_ in rows if id_.startswith("tip:send:"))
        fields = {"Body": "x", "MessageType": "interactive", "ButtonPayload": what}
        return await self._brings(fields, None)

    async def _brings(self, fields: dict[str, str], event: str | None) -> str:
        before = len(self.person.sees)
        if event:
            fields = {**fields, "MessageSid": self.events.setdefault(event, new_sid("SM"))}
        await self.twilio.deliver(self.person.fields(**fields))
        return self._new(before)

    def _new(self, before: int) -> str:
        return "\n".join(message.text.replace("*", "") for message in self.person.sees[before:])


ASK = (
    Script(
        "an answer and what lies under it",
        (
            (_LIKE, "TIDAK BOLEH like", "Anda bertanya: Bolehkah like", "Dasar. ", "Ditinjau"),
            ("[Selengkapnya]", "Berlaku untuk", "Yang aman dilakukan"),
            ("[Pertanyaan terkait]", "berdekatan"),
        ),
    ),
    Script(
        "for whom is remembered for the day",
        (
            (_LIKE, "Dijawab untuk: PNS"),
            ("[Ubah untuk siapa]",),
            ("[Honorer]", "Dijawab untuk: Honorer"),
            (_LIKE, "Dijawab untuk: Honorer"),
        ),
    ),
    Script("not this", ((_LIKE, "TIDAK BOLEH"), ("[Bukan ini]", "Bukan salah satu", "!TIDAK"))),
    Script("far away", (("resep rendang padang untuk sepuluh orang", "!TIDAK BOLEH"),)),
    Script(
        "by topic",
        (
            ("/topik",),
            ("[Foto dan pose]",),
            ("[Bolehkah berfoto dengan pose]", "Anda bertanya: Bolehkah berfoto dengan pose"),
        ),
    ),
    Script(
        "a voice and a picture",
        (("<voice>", "belum bisa mendengar"), ("<photo>", "tidak bisa menilai gambar")),
    ),
)


async def perform(app: App, twilio: Twilio, clock: SetClock, scripts: list[Script]) -> None:
    async def wait(minutes: int) -> None:
        clock.forward(minutes=minutes)

    for number, script in enumerate(scripts):
        person = twilio.person(f"+62811{number:04}", "Ani")
        before = sum((await outbox.waiting(app.database)).values())
        await play(script, OnWhatsApp(twilio, person), wait)
        after = sum((await outbox.waiting(app.database)).values())
        assert after - before == script.sends, script.name


@pytest.mark.parametrize("interactive", [False, True], ids=["letters", "buttons"])
async def test_asking_and_the_main_ways_of_telling(
    app: App, twilio: Twilio, clock: SetClock, connect: Connect, interactive: bool
) -> None:
    chosen = [*ASK, *named((*HAPPY, *ASTRAY), PLATFORM_WAYS)]
    async with connect(app.dispatcher.receive, interactive=interactive):
        await perform(app, twilio, clock, chosen)


@pytest.mark.slow
@pytest.mark.parametrize("interactive", [False, True], ids=["letters", "buttons"])
async def test_every_way_of_telling_and_of_going_astray(
    app: App, twilio: Twilio, clock: SetClock, connect: Connect, interactive: bool
) -> None:
    chosen = [s for s in (*HAPPY, *ASTRAY) if interactive or s.name != _NEEDS_BUTTONS]
    async with connect(app.dispatcher.receive, interactive=interactive):
        await perform(app, twilio, clock, chosen)
