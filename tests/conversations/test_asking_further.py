"""Beyond the first answer: for whom, when to stop guessing, and what is counted."""

import pytest
from sqlalchemy import select

from bot.app import App
from bot.delivery.usage import flush
from bot.store import usage
from bot.store.schema import feedback, gaps
from handlers.asking import answers
from tests.conversations.talk import Person

LIKE = "bolehkah like, komentar, atau membagikan unggahan calon?"
PENSIONER = "bolehkah pensiunan ASN berkampanye atau masuk partai?"
KPU = "Bolehkah PNS jadi anggota KPU/Bawaslu, bagaimana statusnya?"


# For whom and when


async def test_who_asks_is_asked_before_a_permission_that_turns_on_it(person: Person) -> None:
    said = await person.says(KPU)
    assert "berbeda menurut status" in said
    assert "BERSYARAT" not in said
    assert person.labels() == ["PNS", "PPPK", "Lainnya"]
    assert (await person.presses("PPPK")).startswith("BELUM PASTI untuk PPPK.")


async def test_whoever_the_verdict_is_for_gets_the_topics_own_answer(person: Person) -> None:
    await person.says(KPU)
    said = await person.presses("PNS")
    assert said.startswith("BERSYARAT: hanya jika diberhentikan sementara")
    assert "Dijawab untuk: PNS" in said


async def test_the_group_chosen_is_remembered_for_the_day(person: Person) -> None:
    await person.says(KPU)
    await person.presses("PPPK")
    assert (await person.says(KPU)).startswith("BELUM PASTI untuk PPPK.")


async def test_what_a_spouse_may_do_is_not_remembered_for_later_questions(person: Person) -> None:
    await person.says("bolehkah istri/suami asn yang bukan asn ikut berkampanye?")
    assert (await person.presses("Suami/istri")).startswith("BOLEH bagi pasangan")
    assert "Dijawab untuk: Suami/istri" not in await person.says(LIKE)


async def test_nobody_reads_boleh_who_may_not(person: Person) -> None:
    await person.says("/topik")
    await person.presses("Siapa")
    await person.presses("Bolehkah pensiunan")
    said = await person.presses("PNS")
    assert said.startswith("TIDAK BOLEH untuk PNS.")
    assert "yang masih aktif tetap dilarang" in said.casefold()
    assert "BOLEH sesudah SK" not in said
    assert "Dasar. " in said


async def test_others_are_found_in_the_full_list(person: Person) -> None:
    await person.says("bolehkah istri/suami asn yang bukan asn ikut berkampanye?")
    await person.presses("Lainnya")
    assert (await person.presses("TNI/Polri")).startswith("TIDAK BOLEH untuk TNI/Polri.")


async def test_a_stated_actor_needs_no_question(person: Person) -> None:
    said = await person.says(PENSIONER)
    assert said.startswith("BOLEH sesudah SK pensiun berlaku")
    assert "Dijawab untuk: Pensiunan" in said


async def test_a_stated_actor_rides_through_a_menu(person: Person) -> None:
    await person.says("saya cpns, boleh dampingi suami yang maju jadi calon?")
    said = await person.presses("Suami/istri saya calon")
    assert said.startswith("TIDAK BOLEH untuk CPNS.")


async def test_a_stated_phase_rides_through_a_menu(person: Person) -> None:
    await person.says("Bolehkah kampus negeri dipakai tempat kampanye saat masa tenang?")
    said = await person.presses("Bolehkah kampus negeri")
    assert said.startswith("TIDAK BOLEH pada masa tenang.")
    assert "Tidak ada kampanye di mana pun" in said


async def test_a_mere_mention_never_turns_a_ban_into_boleh(person: Person) -> None:
    await person.says("bolehkah pensiunan jadi tim sukses?")
    said = await person.presses("Bolehkah jadi anggota tim sukses")
    assert "berbeda menurut status" in said
    assert person.labels()[0] == "Pensiunan"
    assert (await person.presses("Pensiunan")).startswith("BOLEH untuk Pensiunan.")


@pytest.mark.parametrize("actor", ["PNS", "PPPK", "CPNS", "Honorer", "Kepala desa", "TNI/Polri"])
async def test_every_topic_leads_with_the_verdict_of_whom_it_is_for(app: App, actor: str) -> None:
    person = Person(app)
    await person.says(LIKE)
    await person.presses("Ubah untuk siapa")
    await person.presses(actor)
    for topic in app.ports.topics.values():
        own = {b.verdict for b in topic.actors if actor in b.labels} - {None, topic.verdict}
        if own and topic.verdict != "info":
            said = await person.sends_choice(f"t:{answers.ticket(topic.id)}")
            assert not said.startswith(topic.headline), topic.id
            assert f"untuk {actor}" in said.splitlines()[0]


# When to stop guessing


async def test_after_two_clarifications_the_bot_stops_guessing(person: Person) -> None:
    await person.says(LIKE)
    for _ in range(2):
        await person.presses("Bukan ini")
        assert person.labels()[-1] == "Bukan salah satu"
        await person.presses(person.labels()[0])
        if person.labels()[-1] == "Lainnya":
            await person.presses("PNS")
    said = await person.presses("Bukan ini")
    assert "berhenti menebak" in said
    assert person.labels() == ["Lihat daftar topik"]


async def test_a_menu_and_a_wrong_answer_are_two_clarifications(person: Person) -> None:
    await person.says("boleh foto bareng bupati?")
    await person.presses(person.labels()[1])
    await person.presses("Bukan ini")
    assert "berhenti menebak" in await person.presses("Bukan salah satu")


async def test_a_single_menu_that_fails_asks_for_other_words(person: Person) -> None:
    await person.says("boleh foto bareng bupati?")
    said = await person.presses("Bukan salah satu")
    assert "dengan kata lain" in said


async def test_buttons_stay_within_64_bytes(person: Person) -> None:
    for text in ("saya cpns, boleh dampingi suami yang maju jadi calon?", LIKE, KPU, PENSIONER):
        await person.says(text)
        await person.presses(person.labels()[0])
        if "Bukan ini" in person.labels():
            await person.presses("Bukan ini")
    for message in person.screen:
        assert all(len(choice.data.encode()) <= 64 for choice in message.choices)


@pytest.mark.parametrize("data", ["t", "not", "none:x", "who", "as", "as:99:", "t:x:9:99:99", "ok"])
async def test_a_forged_button_does_no_harm(person: Person, data: str) -> None:
    assert await person.sends_choice(data)


# What is counted


async def test_answers_and_gaps_are_counted_by_day_without_a_text(person: Person) -> None:
    app = person.app
    await person.says(LIKE)
    await person.says(LIKE)
    await person.says("boleh foto bareng bupati?")
    await person.says("resep rendang padang untuk sepuluh orang")
    async with app.database.read() as connection:
        assert (await connection.execute(select(feedback))).all() == []  # memory only
    await flush(app.database, app.ports.usage)
    await person.says(LIKE)
    await flush(app.database, app.ports.usage)

    day = str(app.clock.today())
    async with app.database.read() as connection:
        shown = [tuple(row) for row in await connection.execute(select(feedback))]
        counts = await connection.execute(select(gaps.c.zone, gaps.c.count))
        zones = {row[0]: row[1] for row in counts}
    assert shown == [("medsos-like-unggahan-calon", "tampil", day, 3)]
    assert zones == {"answer": 3, "menu": 1, "abstain": 1}
    missed = await usage.most_missed(app.database)
    assert {gap.zone for gap in missed} == {"menu", "abstain"}
    assert {gap.version for gap in missed} == {app.ports.matcher.version}


async def test_yes_and_no_are_counted_beside_shown(person: Person) -> None:
    await person.says(LIKE)
    await person.presses("Menjawab")
    await person.presses("Bukan ini")
    await flush(person.app.database, person.app.ports.usage)
    async with person.app.database.read() as connection:
        rows = await connection.execute(select(feedback.c.outcome, feedback.c.count))
        assert {row[0]: row[1] for row in rows} == {"tampil": 1, "ya": 1, "tidak": 1}


async def test_counts_that_cannot_be_written_wait(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError

    await person.says(LIKE)
    with monkeypatch.context() as patched:
        patched.setattr(usage, "add", broken)
        await flush(person.app.database, person.app.ports.usage)
    await flush(person.app.database, person.app.ports.usage)
    async with person.app.database.read() as connection:
        assert (await connection.execute(select(feedback.c.count))).scalar_one() == 1
