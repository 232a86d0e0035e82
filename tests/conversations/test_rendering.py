"""Every topic on every channel: one answer is one message."""

import pytest

from bot.app import App
from bot.channels.telegram.rendering import pieces
from bot.chat.text import Text
from bot.limits import TELEGRAM_TEXT, WHATSAPP_TEXT
from handlers.asking import answers

NOTE = "Pertanyaan Anda tidak kami simpan dan tidak diteruskan ke siapa pun.\n" + "x" * 55
LETTERS = 110  # "A. Selengkapnya" and the other choices, as WhatsApp lists them


async def test_every_answer_is_one_message_on_whatsapp_and_telegram(app: App) -> None:
    for topic in app.ports.topics.values():
        shown = answers.answer(app.ports, topic, note=Text.plain(NOTE)).text
        assert len(str(shown)) + LETTERS <= WHATSAPP_TEXT, (topic.id, len(str(shown)))
        assert len(pieces(shown, TELEGRAM_TEXT)) == 1


async def test_nothing_a_curator_wrote_is_lost_between_the_two_messages(app: App) -> None:
    for topic in app.ports.topics.values():
        first = str(answers.answer(app.ports, topic, note=Text()).text)
        rest = str(answers.details(app.ports, topic).text)
        for text in (topic.headline, topic.answer, *topic.conditions):
            assert text in first, topic.id
        for text in (*topic.reason, *topic.todo, *topic.sentences, *topic.unsettled):
            assert text in first or text in rest, topic.id
        for bullet in (*topic.actors, *topic.phases):
            assert bullet.text in rest, topic.id


async def test_every_answer_names_verdict_basis_and_review_day(app: App) -> None:
    for topic in app.ports.topics.values():
        shown = str(answers.answer(app.ports, topic, note=Text()).text)
        assert shown.startswith(topic.headline)
        assert f"Anda bertanya: {topic.question}" in shown
        assert "Dasar. " in shown
        assert "Ditinjau" in shown


@pytest.mark.parametrize("actor", ["Honorer", "Kepala desa", "TNI/Polri", "Suami/istri"])
async def test_an_answer_for_another_actor_carries_his_own_verdict(app: App, actor: str) -> None:
    for topic in app.ports.topics.values():
        bullet = next((b for b in topic.actors if actor in b.labels), None)
        shown = str(answers.answer(app.ports, topic, actor=actor, note=Text()).text)
        assert f"Dijawab untuk: {actor}" in shown
        assert bullet is None or bullet.text in shown
