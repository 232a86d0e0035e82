"""Answers as Twilio takes them: buttons where there are any, and what happens when it refuses."""

import pytest

from bot.channels.whatsapp import setup
from bot.channels.whatsapp.channel import SANDBOX
from bot.channels.whatsapp.client import open_client
from bot.channels.whatsapp.counts import Counts
from bot.chat.delivery_errors import Unreachable
from bot.chat.dispatcher import Send
from bot.chat.messages import Choice, File, Incoming, Outgoing
from bot.chat.text import Text
from bot.chat.wording import Wording
from bot.clock import SetClock
from bot.settings import Settings
from bot.store import provider
from bot.store.engine import Database
from tests.fakes.twilio import PUBLIC_URL, Twilio
from tests.whatsapp.conftest import Answer, Connect, Toy, settings_for

YES_NO = (Choice("Lanjut tanpa nama", "tip:yes"), Choice("Tidak jadi", "tip:no"))
MENU = Outgoing(Text.plain("Lanjut?"), YES_NO)


def says(*replies: Outgoing) -> Answer:
    async def answer(incoming: Incoming, send: Send) -> None:
        await send(replies, ())

    return answer


async def test_without_templates_choices_are_letters(twilio: Twilio, connect: Connect) -> None:
    ani = twilio.person()
    async with connect(Toy(answer=says(MENU)).receive):
        await ani.says("halo")
    assert ani.last.kind == "text"
    assert "*A.* Lanjut tanpa nama" in ani.last.text


async def test_with_templates_they_are_buttons_and_a_press_comes_back(
    twilio: Twilio, connect: Connect
) -> None:
    toy, ani = Toy(answer=says(MENU)), twilio.person()
    async with connect(toy.receive, interactive=True):
        await ani.says("halo")
        await ani.presses("Tidak jadi")
    assert ani.last.kind == "buttons"
    assert ani.last.text == "Lanjut?"
    assert toy.heard[1].choice == "tip:no"


async def test_a_list_and_a_row_of_it(twilio: Twilio, connect: Connect) -> None:
    rows = tuple(Choice(f"Bolehkah saya datang ke acara nomor {n}?", f"t:{n}") for n in range(5))
    toy, ani = Toy(answer=says(Outgoing(Text.plain("Maksud Anda?"), rows))), twilio.person()
    async with connect(toy.receive, interactive=True):
        await ani.says("halo")
        await ani.presses("Bolehkah saya datang ke acara nomor 3?")
    assert ani.last.kind == "list"
    assert toy.heard[1].choice == "t:3"


async def test_a_refused_template_becomes_letters(twilio: Twilio, connect: Connect) -> None:
    ani = twilio.person()
    async with connect(Toy(answer=says(MENU)).receive, interactive=True):
        twilio.faults.append("refused")
        await ani.says("halo")
        await ani.says("lagi")
    assert [bubble.kind for bubble in ani.sees] == ["text", "text"]


async def test_one_answer_is_one_message(twilio: Twilio, connect: Connect) -> None:
    note = Outgoing(Text.plain("Baik."))
    async with connect(Toy(answer=says(note, MENU)).receive):
        await twilio.person().says("halo")
    assert len(twilio.created()) == 1


async def test_too_many_requests_are_waited_out(twilio: Twilio, connect: Connect) -> None:
    ani = twilio.person()
    twilio.faults.extend(["busy", "busy"])
    async with connect(Toy(answer=says(MENU)).receive):
        assert await ani.says("halo") == 200
    assert twilio.attempts == [200]
    assert len(ani.sees) == 1


@pytest.mark.parametrize(("fault", "seen"), [("server", 1), ("lost", 2)])
async def test_a_failing_twilio_is_asked_again_by_its_own_repeat(
    twilio: Twilio, connect: Connect, fault: str, seen: int
) -> None:
    ani = twilio.person()
    twilio.faults.append(fault)
    async with connect(Toy(answer=says(MENU)).receive):
        assert await ani.says("halo") == 200
    assert twilio.attempts == [503, 200]
    assert len(ani.sees) == seen


TWO = (Outgoing(Text.plain("satu")), Outgoing(Text.plain("dua")))


async def test_a_repeat_sends_only_what_had_not_arrived(twilio: Twilio, connect: Connect) -> None:
    ani = twilio.person()
    twilio.faults.extend(["", "server", "server"])
    async with connect(Toy(answer=says(*TWO)).receive):
        assert await ani.says("halo") == 200
    assert twilio.attempts == [503, 503, 200]
    assert [bubble.text for bubble in ani.sees] == ["satu", "dua"]


async def test_so_does_the_next_message_and_after_it_all_is_sent_again(
    twilio: Twilio, connect: Connect
) -> None:
    ani, budi = twilio.person(), twilio.person("+62855", "Budi")
    twilio.faults.extend(["", *["server"] * 4])
    async with connect(Toy(answer=says(*TWO)).receive):
        assert await ani.says("halo") == 503
        await budi.says("halo")
        await ani.says("lagi")
        await ani.says("lagi")
    assert [bubble.text for bubble in ani.sees] == ["satu", "dua", "satu", "dua"]
    assert [bubble.text for bubble in budi.sees] == ["satu", "dua"]


async def test_the_same_words_twice_in_one_answer_are_two_messages(
    twilio: Twilio, connect: Connect
) -> None:
    ani = twilio.person()
    twilio.faults.extend(["", "server"])
    async with connect(Toy(answer=says(TWO[0], TWO[0])).receive):
        assert await ani.says("halo") == 200
    assert [bubble.text for bubble in ani.sees] == ["satu", "satu"]


async def test_a_failed_part_is_forgotten_after_an_hour(
    twilio: Twilio, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.whatsapp.half_sent.WHATSAPP_HALF_SENT", 0)
    ani = twilio.person()
    twilio.faults.extend(["", "server"])
    async with connect(Toy(answer=says(*TWO)).receive):
        await ani.says("halo")
    assert [bubble.text for bubble in ani.sees] == ["satu", "satu", "dua"]


async def test_a_refused_reply_does_not_hold_up_the_next(twilio: Twilio, connect: Connect) -> None:
    ani = twilio.person()
    twilio.faults.append("refused")
    replies = (Outgoing(Text.plain("satu")), Outgoing(Text.plain("dua")))
    async with connect(Toy(answer=says(*replies)).receive):
        assert await ani.says("halo") == 200
    assert [bubble.text for bubble in ani.sees] == ["dua"]


async def test_who_told_twilio_to_stop_is_left_alone(
    twilio: Twilio, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    ani = twilio.person()
    twilio.world.stopped.add(ani.address)
    async with connect(Toy(answer=says(MENU)).receive):
        assert await ani.says("halo") == 200
    assert ani.sees == []
    assert "6281234567890" not in caplog.text


async def test_a_file_is_offered_in_the_browser(twilio: Twilio, connect: Connect) -> None:
    ani = twilio.person()
    file = Outgoing(Text.plain("Sertifikat"), files=(File("a.png", b"x"),))
    async with connect(Toy(answer=says(file)).receive):
        await ani.says("halo")
    assert PUBLIC_URL in ani.last.text


async def test_statuses_are_counted_by_day_and_nothing_else(
    twilio: Twilio, connect: Connect, sqlite_database: Database, clock: SetClock
) -> None:
    async with connect(Toy(answer=says(MENU)).receive):
        await twilio.person().says("halo")
        await twilio.person("+62855", "Budi").says("halo")
    counts = await provider.counts_of(sqlite_database, str(clock.today()))
    statuses = {f"whatsapp.status.{name}": 2 for name in ("queued", "sent", "delivered", "read")}
    assert counts == {"whatsapp.sent": 2, **statuses}


async def test_an_answer_after_the_window_is_counted_as_such(
    twilio: Twilio, connect: Connect, sqlite_database: Database, clock: SetClock
) -> None:
    async def late(incoming: Incoming, send: Send) -> None:
        clock.forward(hours=25)
        await send([MENU], ())

    async with connect(Toy(answer=late).receive):
        await twilio.person().says("halo")
    counts = await provider.counts_of(sqlite_database, str(clock.today()))
    assert counts["whatsapp.error.63016"] == 1


@pytest.mark.parametrize("cap", ["WHATSAPP_DAILY_MESSAGES", "WHATSAPP_DAILY_REPLIES"])
async def test_at_the_cap_other_ways_are_named_once_and_tomorrow_is_another_day(
    twilio: Twilio, connect: Connect, clock: SetClock, cap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"bot.channels.whatsapp.counts.{cap}", 2)
    ani = twilio.person()
    async with connect(Toy(answer=says(MENU)).receive):
        for _ in range(5):
            assert await ani.says("halo") == 200
        assert len(ani.sees) == 3
        assert PUBLIC_URL in ani.last.text
        clock.forward(days=1)
        await ani.says("halo")
    assert "Lanjut?" in ani.last.text


async def test_the_cap_outlives_a_restart(sqlite_database: Database, clock: SetClock) -> None:
    first = Counts(sqlite_database, clock)
    first.add("whatsapp.sent")
    await first.settle(now=True)
    second = Counts(sqlite_database, clock)
    second.add("whatsapp.sent")
    await second.settle(now=True)
    assert second.today("whatsapp.sent") == 2


async def test_counts_work_on_both_databases(database: Database, clock: SetClock) -> None:
    for _ in range(2):
        await provider.add_counts(database, "2026-11-22", {"a": 1, "b": 2})
    assert await provider.counts_of(database, "2026-11-22") == {"a": 2, "b": 4}


# Setting up


async def test_doctor_sets_up_templates_and_webhook_once(
    twilio: Twilio, settings: Settings, wording: Wording
) -> None:
    client, http = open_client(settings)
    assert await setup.differences(client, wording, settings) == ["templat", "webhook"]
    await setup.apply(client, wording, settings)
    await setup.apply(client, wording, settings)
    assert await setup.differences(client, wording, settings) == []
    await http.close()
    assert len(twilio.world.contents) == 23
    webhook = twilio.world.senders[0]["webhook"]
    assert webhook["callback_url"] == f"{PUBLIC_URL}/whatsapp#rc=3&rp=ct,5xx"


async def test_an_unknown_number_is_reported(
    twilio: Twilio, settings: Settings, wording: Wording
) -> None:
    twilio.world.senders.clear()
    client, http = open_client(settings)
    assert "TWILIO_WHATSAPP_FROM" in (await setup.differences(client, wording, settings))[1]
    await http.close()


async def test_the_sandbox_needs_its_address_by_hand(twilio: Twilio, wording: Wording) -> None:
    settings = settings_for(twilio.base, twilio_whatsapp_from=SANDBOX)
    client, http = open_client(settings)
    await setup.apply(client, wording, settings)
    assert await setup.differences(client, wording, settings) == []
    await http.close()
    assert twilio.world.contents == {}
    assert f"{PUBLIC_URL}/whatsapp" in setup.by_hand(settings)[0]


async def test_a_wrong_token_is_not_a_lost_message(twilio: Twilio, wording: Wording) -> None:
    settings = settings_for(twilio.base, twilio_auth_token="salah")
    client, http = open_client(settings)
    with pytest.raises(Unreachable):
        await setup.differences(client, wording, settings)
    await http.close()
