"""Asking: curated answers, menus, and honest silence."""

from sqlalchemy import func, select

from bot.store.schema import metadata
from tests.conversations.talk import Person


async def test_the_first_message_is_answered_at_once(person: Person) -> None:
    said = await person.says("bolehkah like, komentar, atau membagikan unggahan calon?")
    assert said.startswith("TIDAK BOLEH like")
    assert "Anda bertanya: Bolehkah like" in said
    assert "Dasar. " in said
    assert "Sanksi. " in said
    assert "Dijawab untuk: PNS" in said
    assert "Ditinjau" in said


async def test_the_privacy_lines_come_once_a_day_under_the_first_answer(person: Person) -> None:
    question = "bolehkah like, komentar, atau membagikan unggahan calon?"
    assert "tidak kami simpan" in await person.says(question)
    assert "tidak kami simpan" not in await person.says(question)


async def test_a_question_outside_a_form_writes_nothing(person: Person) -> None:
    await person.says("bolehkah like, komentar, atau membagikan unggahan calon?")
    await person.presses("Selengkapnya")
    async with person.app.database.read() as connection:
        for table in metadata.sorted_tables:
            if table.name in ("constants", "moderators"):
                continue
            rows = (await connection.execute(select(func.count()).select_from(table))).scalar()
            assert rows == 0, table.name


async def test_the_rest_is_under_selengkapnya(person: Person) -> None:
    await person.says("bolehkah like, komentar, atau membagikan unggahan calon?")
    said = await person.presses("Selengkapnya")
    for part in ("Berlaku untuk", "Menurut tahapan", "Yang aman dilakukan"):
        assert part in said
    assert "terkait" in (await person.presses("Pertanyaan terkait")).casefold() or person.labels()


async def test_bukan_ini_offers_other_questions_never_verdicts(person: Person) -> None:
    await person.says("bolehkah like, komentar, atau membagikan unggahan calon?")
    await person.presses("Bukan ini")
    assert 2 <= len(person.labels()) <= 4
    assert person.labels()[-1] == "Bukan salah satu"
    assert not any(label.startswith(("TIDAK", "BOLEH")) for label in person.labels())


async def test_topics_can_be_browsed_by_category(person: Person) -> None:
    await person.says("/topik")
    await person.presses("Foto dan pose")
    said = await person.presses("Bolehkah berfoto dengan pose")
    assert "Anda bertanya: Bolehkah berfoto dengan pose" in said


async def test_browsing_stays_in_one_message(person: Person) -> None:
    await person.says("/topik")
    assert not person.screen[-1].replaces
    await person.presses("Foto dan pose")
    assert person.screen[-1].replaces
    await person.presses("Lihat daftar topik")
    assert person.screen[-1].replaces
    await person.says("/tahapan")
    await person.presses(person.labels()[-1])
    assert not person.screen[-1].replaces  # what was read before it stays


async def test_what_is_far_away_gets_an_honest_answer(person: Person) -> None:
    said = await person.says("resep rendang padang untuk sepuluh orang")
    assert "TIDAK BOLEH" not in said
    assert "Anda bertanya" not in said


async def test_for_whom_is_remembered_for_the_day(person: Person) -> None:
    question = "bolehkah like, komentar, atau membagikan unggahan calon?"
    await person.says(question)
    await person.presses("Ubah untuk siapa")
    said = await person.presses("Honorer")
    assert "Dijawab untuk: Honorer" in said
    assert "Dijawab untuk: Honorer" in await person.says(question)


async def test_a_picture_and_a_voice_note_are_answered_kindly(person: Person) -> None:
    from bot.chat.messages import Attachment, Incoming

    photo = Incoming(attachments=(Attachment("photo", "x"),), channel="telegram")
    assert "tidak bisa menilai gambar" in await person._send(photo, None)
    voice = Incoming(attachments=(Attachment("voice", "x"),), channel="telegram")
    assert "belum bisa mendengar" in await person._send(voice, None)


async def test_start_help_and_privacy_say_nothing_about_telling(person: Person) -> None:
    for command in ("/mulai", "/bantuan", "/topik"):
        said = (await person.says(command)).casefold()
        assert "melapor" not in said
        assert "sampaikan" not in said


async def test_an_old_button_is_explained(person: Person) -> None:
    from bot.chat.messages import Incoming

    said = await person._send(Incoming(choice="t:00000000", channel="telegram"), None)
    assert "tidak berlaku" in said
