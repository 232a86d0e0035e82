"""What people see: limits, edits, secrets, files; and what happens when Telegram says no."""

import pytest
from telegram import Bot

from bot.channels.telegram.limits import PATIENCE
from bot.channels.telegram.receive import Place
from bot.channels.telegram.send import Sender
from bot.chat.delivery_errors import Busy, Gone, Moved, Unreachable, Unsure
from bot.chat.messages import Choice, File, Outgoing
from bot.chat.text import Text, bold, markup
from bot.chat.wording import Wording
from tests.fakes.bot_api import BotApi, Fault
from tests.fakes.bot_api_people import JPEG, Person


@pytest.fixture
def sender(bot: Bot, wording: Wording) -> Sender:
    return Sender(bot, wording)


@pytest.fixture
def ani(api: BotApi) -> Person:
    person = api.person("Ani")
    person.says("halo")
    return person


async def say(
    sender: Sender, person: Person, *replies: Outgoing, edit: int | None = None
) -> list[int]:
    return await sender.reply(Place(person.chat.id), replies, edit, PATIENCE)


def text(words: str) -> Outgoing:
    return Outgoing(Text.plain(words))


async def test_bold_and_buttons_are_shown(sender: Sender, ani: Person) -> None:
    choices = (Choice("Bukan ini", "x"), Choice("Lihat dasar hukumnya", "y"))
    await say(sender, ani, Outgoing(bold("TIDAK BOLEH") + " ikut.", choices))
    assert ani.last.text == "TIDAK BOLEH ikut."
    assert ani.last.bold == ["TIDAK BOLEH"]
    assert ani.last.buttons == [["Bukan ini"], ["Lihat dasar hukumnya"]]


@pytest.mark.parametrize(
    "typed",
    ["<b>tebal</b>", "*tebal*", "_miring_", "[Budi](tg://user?id=5)", "a\u200b\u202eb", "&lt;"],
)
async def test_what_a_person_typed_stays_text(sender: Sender, ani: Person, typed: str) -> None:
    await say(sender, ani, Outgoing(markup("*Anda menulis:* {said}", said=typed)))
    assert ani.last.text == f"Anda menulis: {typed}"
    assert ani.last.bold == ["Anda menulis:"]


async def test_long_text_comes_in_pieces_with_the_buttons_last(sender: Sender, ani: Person) -> None:
    words = "kalimat pendek. " * 600
    ids = await say(sender, ani, Outgoing(Text.plain(words), (Choice("Ya", "y"),)))
    assert len(ids) == 3
    assert " ".join(ani.reads()).split() == words.split()
    assert [bool(bubble.buttons) for bubble in ani.sees()[-3:]] == [False, False, True]


async def test_links_have_no_preview(api: BotApi, sender: Sender, ani: Person) -> None:
    await say(sender, ani, text("https://jdih.example"))
    assert api.called("sendMessage")[0]["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in api.called("sendMessage")[0]


async def test_a_menu_takes_the_place_of_the_one_that_was_pressed(
    sender: Sender, ani: Person
) -> None:
    (menu,) = await say(sender, ani, text("Menu"))
    ids = await say(sender, ani, Outgoing(Text.plain("Isi"), replaces=True), edit=menu)
    assert ids == [menu]
    assert ani.reads() == ["Isi"]


async def test_a_menu_that_is_gone_comes_anew(sender: Sender, ani: Person) -> None:
    (menu,) = await say(sender, ani, text("Menu"))
    ani.chat.bubbles[menu].on_screen = False
    assert await say(sender, ani, Outgoing(Text.plain("Isi"), replaces=True), edit=menu) != [menu]
    assert ani.last.text == "Isi"


async def test_a_menu_that_was_replaced_already_stays(sender: Sender, ani: Person) -> None:
    (menu,) = await say(sender, ani, text("Isi"))
    assert await say(sender, ani, Outgoing(Text.plain("Isi"), replaces=True), edit=menu) == [menu]
    assert ani.reads() == ["Isi"]


async def test_a_receipt_stands_alone_with_a_copy_button(sender: Sender, ani: Person) -> None:
    receipt = Outgoing(markup("Kata kunci Anda:\n*apel buku cincin*"), secret=True)
    await say(sender, ani, receipt, text("Sampai jumpa."))
    assert ani.reads() == ["Kata kunci Anda:\napel buku cincin", "Sampai jumpa."]
    assert ani.copies("Salin") == "apel buku cincin"


async def test_a_protected_message_cannot_be_forwarded(sender: Sender, ani: Person) -> None:
    await say(sender, ani, Outgoing(Text.plain("Kartu"), protected=True), text("biasa"))
    assert [bubble.protected for bubble in ani.sees() if bubble.by_bot] == [True, False]


async def test_one_file_carries_its_text_as_caption(sender: Sender, ani: Person) -> None:
    files = (File("bukti-1.pdf", b"%PDF"),)
    ids = await say(sender, ani, Outgoing(bold("Bukti") + " 1", (Choice("Ambil", "a"),), files))
    assert len(ids) == 1
    assert (ani.last.kind, ani.last.text, ani.last.bold) == ("document", "Bukti 1", ["Bukti"])
    assert ani.last.buttons == [["Ambil"]]


async def test_many_files_go_in_albums_of_their_kind(
    api: BotApi, sender: Sender, ani: Person
) -> None:
    photos = tuple(File(f"foto-{n}.jpg", JPEG) for n in range(11))
    papers = (File("surat-1.pdf", b"1"), File("surat-2.pdf", b"2"))
    ids = await say(sender, ani, Outgoing(Text.plain("Bukti"), files=photos + papers))
    assert len(ids) == len(set(ids)) == 14
    assert [len(call["media"]) > 0 for call in api.called("sendMediaGroup")] == [True, True]
    assert len(api.called("sendPhoto")) == 1
    stored = [file.name for file in api.world.files.values()]
    assert stored == [file.name for file in photos + papers]


async def test_a_picture_that_telegram_cannot_show_goes_as_a_document(
    sender: Sender, ani: Person
) -> None:
    await say(sender, ani, Outgoing(Text(), files=(File("foto-1.jpg", b"not a jpeg"),)))
    assert ani.last.kind == "document"
    broken = (File("foto-1.jpg", JPEG), File("foto-2.jpg", b"not a jpeg"))
    await say(sender, ani, Outgoing(Text(), files=broken))
    assert [bubble.kind for bubble in ani.sees()[-2:]] == ["document", "document"]


# Telegram says no


async def test_a_short_wait_is_waited_out_for_a_person(
    api: BotApi, sender: Sender, ani: Person
) -> None:
    api.faults.next("sendMessage", Fault("busy", 1))
    await say(sender, ani, text("Jawaban"))
    assert ani.reads() == ["Jawaban"]


async def test_a_long_wait_is_reported(api: BotApi, sender: Sender, ani: Person) -> None:
    api.faults.next("sendMessage", Fault("busy", 60))
    with pytest.raises(Busy) as caught:
        await say(sender, ani, text("Jawaban"))
    assert caught.value.seconds == 60


async def test_a_desk_never_waits(api: BotApi, sender: Sender) -> None:
    group = api.group()
    api.faults.next("sendMessage", Fault("busy", 1))
    with pytest.raises(Busy):
        await sender.post(Place.parse(group.id), text("Kartu"))


async def test_the_pace_of_a_group_is_reported_with_its_wait(api: BotApi, sender: Sender) -> None:
    api.world.flood = True
    group = api.group()
    for _ in range(20):
        await sender.post(Place.parse(group.id), text("Kartu"))
    with pytest.raises(Busy) as caught:
        await sender.post(Place.parse(group.id), text("Kartu"))
    assert 1 <= caught.value.seconds <= 61


@pytest.mark.parametrize("fault", [Fault("lost"), Fault("server")])
async def test_an_answer_that_breaks_off_leaves_us_unsure(
    api: BotApi, sender: Sender, ani: Person, fault: Fault
) -> None:
    api.faults.next("sendMessage", fault)
    with pytest.raises(Unsure):
        await say(sender, ani, text("Jawaban"))
    assert len(api.called("sendMessage")) == 1


async def test_an_answer_that_never_comes_leaves_us_unsure(
    api: BotApi, sender: Sender, ani: Person, bot: Bot
) -> None:
    bot.request._read_timeout = 0.1  # type: ignore[attr-defined]
    api.faults.next("sendMessage", Fault("slow", 1))
    with pytest.raises(Unsure):
        await say(sender, ani, text("Jawaban"))
    assert ani.reads() == ["Jawaban"]


async def test_nobody_at_the_other_end_of_the_line(
    api: BotApi, sender: Sender, ani: Person
) -> None:
    await api.__aexit__()
    with pytest.raises(Unreachable):
        await say(sender, ani, text("Jawaban"))


async def test_who_blocked_us_or_left_is_gone(sender: Sender, ani: Person) -> None:
    ani.blocks_bot()
    with pytest.raises(Gone):
        await say(sender, ani, text("Jawaban"))
    ani.deletes_account()
    with pytest.raises(Gone):
        await say(sender, ani, text("Jawaban"))
    with pytest.raises(Gone):
        await sender.post(Place(404), text("Jawaban"))


async def test_a_bad_request_is_made_once_and_the_rest_still_arrives(
    api: BotApi, sender: Sender, ani: Person
) -> None:
    api.faults.next("sendMessage", Fault("refused"))
    await say(sender, ani, text("satu"), text("dua"))
    assert ani.reads() == ["dua"]
    assert len(api.called("sendMessage")) == 2


async def test_a_group_that_moved_says_where(api: BotApi, sender: Sender) -> None:
    group = api.group(kind="group")
    new = group.becomes_supergroup()
    with pytest.raises(Moved) as caught:
        await sender.post(Place.parse(group.id), text("Kartu"))
    assert caught.value.chat == new.id
