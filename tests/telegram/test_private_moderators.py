"""Moderators in their private chat: known by their words and buttons alone, others never."""

import pytest
from telegram import Update

from bot.channels.telegram.receive import Heard, private_text, understand
from bot.channels.telegram.rendering import keyboard
from bot.chat.messages import AtDesk, Choice

LINK = "k-" + "0a" * 16


def said(text: str) -> dict[str, object]:
    chat = {"id": 55, "type": "private", "first_name": "S"}
    return {"update_id": 1, "message": {"message_id": 7, "date": 1, "chat": chat, "text": text}}


class _Nowhere:
    def desk_of(self, chat: str) -> str | None:
        return None

    def all_chats(self) -> list[str]:
        return []

    async def case_of_message(self, desk: str, message: str) -> str | None:
        return None

    async def moved(self, old: str, new: str) -> None: ...


async def _name() -> str:
    return "tanya_bot"


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (f"/start {LINK}", f"/isi {LINK}"),
        ("/meja pin 480517", "/pin 480517"),
        ("/meja isi K7Q-XRT", "/isi K7Q-XRT"),
    ],
)
def test_a_moderators_words_say_whose_chat_it_is(text: str, heard: str) -> None:
    found = private_text(said(text))
    assert found is not None
    assert (found.incoming.text, found.incoming.desk) == (heard, AtDesk("", "55"))


@pytest.mark.parametrize(
    "text", ["480517", "/start", "/start sampaikan", "/isi K7Q-XRT", "saya lihat lurah", "k-1"]
)
def test_everybody_elses_chat_stays_unknown(text: str) -> None:
    found = private_text(said(text))
    assert found is not None
    assert found.incoming.desk is None


@pytest.mark.parametrize(
    ("data", "known"), [("case:claim:x:1", True), (LINK, True), ("t:a", False)]
)
async def test_only_buttons_of_a_desk_say_whose_chat_it_is(data: str, known: bool) -> None:
    message = said("kartu")["message"]
    person = {"id": 55, "is_bot": False, "first_name": "S"}
    query = {"id": "9", "from": person, "chat_instance": "1", "message": message, "data": data}
    update = Update.de_json({"update_id": 2, "callback_query": query}, None)
    heard = await understand(update, _Nowhere(), _name)
    assert isinstance(heard, Heard)
    assert heard.incoming.desk == (AtDesk("", "55") if known else None)


def test_the_way_into_private_is_a_link_once_our_name_is_known() -> None:
    choices = [Choice("Buka isi", LINK), Choice("Ambil", "case:claim:x:1")]
    [[link, press]] = keyboard(choices, our_name="tanya_bot")
    assert link == {"text": "Buka isi", "url": f"https://t.me/tanya_bot?start={LINK}"}
    assert press["callback_data"] == "case:claim:x:1"
    assert keyboard(choices)[0][0]["callback_data"] == LINK
