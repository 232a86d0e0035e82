"""The chat page as a browser without JavaScript, and as the page's own script, sees it."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.chat.messages import Address, Choice, Outgoing
from bot.chat.text import Text, markup
from bot.limits import MESSAGE_MAX, WEB_FORM_MAX
from bot.store.conversations import Conflict

JSON = {"Accept": "application/json"}


async def test_the_first_screen_is_a_question_desk(site: Any) -> None:
    page = (await site.browser.get("/")).text
    assert "<title>Tanya Netral</title>" in page
    assert "Boleh atau tidak bagi ASN" in page
    assert page.count('<li><button form="tulis" name="text"') == 4
    assert "lapor" not in page.lower()
    assert not site.dispatcher.received


async def test_a_question_is_answered_on_the_next_page(site: Any) -> None:
    fields = await site.fields()
    site.dispatcher.replies = [Outgoing(markup("*TIDAK BOLEH* ikut."))]
    response = await site.browser.post("/obrolan", data=fields | {"text": "boleh\r\nikut?"})
    assert response.status_code == 200
    assert "<strong>TIDAK BOLEH</strong> ikut." in response.text
    [(address, event, incoming, arrived)] = site.dispatcher.received
    assert address == Address("web", fields["obrolan"])
    assert event == fields["langkah"]
    assert (incoming.text, incoming.choice, incoming.channel) == ("boleh\nikut?", None, "web")
    assert arrived
    assert site.dispatcher.sent == [None]


async def test_each_page_carries_the_conversation_and_a_fresh_step(
    site: Any, hidden_fields: Any
) -> None:
    first = await site.fields()
    response = await site.browser.post("/obrolan", data=first | {"text": "halo"})
    second = hidden_fields(response.text)
    assert second["obrolan"] == first["obrolan"]
    assert second["langkah"] != first["langkah"]
    assert (await site.fields())["obrolan"] != first["obrolan"]


async def test_a_pressed_choice_comes_in_as_its_data_and_shows_as_its_label(
    site: Any, hidden_fields: Any
) -> None:
    site.dispatcher.replies = [
        Outgoing(Text.plain("Siapa Anda?"), (Choice("PNS & CPNS", "a:pns"),))
    ]
    page = (await site.say("boleh ikut?")).text
    assert '<button form="tulis" name="pilihan" value="a:pns" formnovalidate>' in page
    fields = hidden_fields(page) | {"nama:a:pns": "PNS & CPNS", "text": "", "pilihan": "a:pns"}
    answer = await site.browser.post("/obrolan", data=fields)
    assert site.dispatcher.received[-1][2].choice == "a:pns"
    assert "PNS &amp; CPNS</p>" in answer.text


async def test_an_example_wins_over_the_empty_text_box(site: Any) -> None:
    body = "&".join(f"{name}={value}" for name, value in (await site.fields()).items())
    body = body.replace("/", "%2F").replace(":", "%3A") + "&text=Boleh+foto%3F&text="
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    await site.browser.post("/obrolan", content=body, headers=headers)
    assert site.dispatcher.received[-1][2].text == "Boleh foto?"


async def test_a_receipt_stands_in_a_box_of_its_own(site: Any) -> None:
    site.dispatcher.replies = [Outgoing(Text.plain("angin lumbung kertas"), secret=True)]
    page = (await site.say("ya")).text
    assert '<div class="receipt" tabindex="0"><p>angin lumbung kertas</p></div>' in page
    assert '<button type="button" class="copy" data-done="Tersalin" hidden>' in page


async def test_clearing_begins_a_new_conversation(site: Any, hidden_fields: Any) -> None:
    fields = await site.fields()
    site.dispatcher.replies = [Outgoing(Text.plain("Bersih."), clears=True)]
    page = (await site.browser.post("/obrolan", data=fields | {"text": "rahasia saya"})).text
    assert "rahasia saya" not in page
    assert hidden_fields(page)["obrolan"] != fields["obrolan"]


async def test_the_script_gets_the_bubbles_and_the_next_step(site: Any) -> None:
    fields = await site.fields()
    site.dispatcher.replies = [
        Outgoing(Text.plain("Satu"), replaces=True),
        Outgoing(Text.plain("Dua")),
    ]
    response = await site.browser.post("/obrolan", data=fields | {"text": "x"}, headers=JSON)
    answer = response.json()
    assert answer["obrolan"] == fields["obrolan"]
    assert answer["clears"] is False
    assert [bubble["replaces"] for bubble in answer["bubbles"]] == [True, False]
    assert answer["bubbles"][0]["html"].startswith('<article class="turn bot')
    again = fields | {name: answer[name] for name in ("langkah", "segel")} | {"text": "y"}
    assert (await site.browser.post("/obrolan", data=again, headers=JSON)).status_code == 200


async def test_an_empty_message_keeps_the_conversation(site: Any, hidden_fields: Any) -> None:
    fields = await site.fields()
    response = await site.browser.post("/obrolan", data=fields | {"text": " \r\n "})
    assert response.status_code == 400
    assert "Pesannya masih kosong" in response.text
    assert hidden_fields(response.text)["obrolan"] == fields["obrolan"]
    assert not site.dispatcher.received


async def test_a_text_that_is_too_long_is_kept_to_be_shortened(site: Any) -> None:
    long = "panjang " * (MESSAGE_MAX // 8) + "sekali"
    response = await site.say(long)
    assert response.status_code == 413
    assert long in response.text
    assert not site.dispatcher.received


async def test_the_longest_text_is_read(site: Any) -> None:
    assert (await site.say("é" * MESSAGE_MAX)).status_code == 200
    assert len(site.dispatcher.received[-1][2].text) == MESSAGE_MAX


@pytest.mark.parametrize("name", ["obrolan", "langkah", "segel"])
@pytest.mark.parametrize("value", [None, "", "0" * 32, "'; --", "é" * 32])
async def test_a_forged_or_missing_field_is_refused(
    site: Any, name: str, value: str | None
) -> None:
    fields = await site.fields() | {"text": "halo"}
    del fields[name]
    if value is not None:
        fields[name] = value
    response = await site.browser.post("/obrolan", data=fields)
    assert response.status_code == 400
    assert 'href="/obrolan"' in response.text
    assert not site.dispatcher.received


async def test_a_form_lives_until_the_next_day(site: Any) -> None:
    fields = await site.fields() | {"text": "halo"}
    site.clock.forward(days=1)
    assert (await site.browser.post("/obrolan", data=fields)).status_code == 200
    site.clock.forward(days=1)
    stale = await site.browser.post("/obrolan", data=fields)
    assert stale.status_code == 400
    assert "terlalu lama" in stale.text


async def test_a_body_over_the_limit_is_refused_before_it_is_read_whole(site: Any) -> None:
    response = await site.say("x" * WEB_FORM_MAX)
    assert response.status_code == 413
    assert "terlalu besar" in response.text


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data", "", "text/plain"])
async def test_other_content_types_are_refused(site: Any, kind: str) -> None:
    response = await site.browser.post("/obrolan", content=b"{}", headers={"Content-Type": kind})
    assert response.status_code == 400


@pytest.mark.parametrize(
    "error", [OperationalError("", None, Exception("database is locked")), Conflict(), OSError()]
)
async def test_a_database_in_trouble_is_a_friendly_503(site: Any, error: Exception) -> None:
    site.dispatcher.error = error
    response = await site.say("halo")
    assert response.status_code == 503
    assert "Sedang ada gangguan" in response.text
    fields = await site.fields()
    script = await site.browser.post("/obrolan", data=fields | {"text": "x"}, headers=JSON)
    assert script.status_code == 503
    assert script.json()["notice"]


async def test_our_own_mistakes_show_a_page_without_details(site: Any) -> None:
    site.dispatcher.error = RuntimeError("rahasia")
    response = await site.say("halo")
    assert response.status_code == 500
    assert "Sedang ada gangguan" in response.text
    assert "rahasia" not in response.text
