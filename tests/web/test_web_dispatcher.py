"""The chat page with the real dispatcher and a table of two small conversations."""

import asyncio
from typing import Any

from bot.chat.conversation import Outcome, State
from bot.chat.dispatcher import Dispatcher, Routes
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.store import room

COUNT: list[str] = []


async def _begin(state: State, incoming: Incoming, ports: None) -> Outcome:
    return Outcome(State("form", "story"), (Outgoing(Text.plain("Ceritakan.")),))


async def _form(state: State, incoming: Incoming, ports: None) -> Outcome:
    COUNT.append(incoming.text)
    receipt = f"kata rahasia nomor {len(COUNT)}"
    return Outcome(State(), (Outgoing(Text.plain(receipt), secret=True),))


async def _ask(state: State, incoming: Incoming, ports: None) -> Outcome:
    reply = Outgoing(Text.plain(f"Jawaban {incoming.text}"), (Choice("Bukan ini", "bukan:1"),))
    return Outcome(state, (reply,))


async def _not_this(state: State, incoming: Incoming, ports: None) -> Outcome:
    return Outcome(state, (Outgoing(Text.plain("Maaf, coba lagi."), replaces=True),))


async def _desk(state: State, incoming: Incoming, ports: None) -> Outcome:
    assert incoming.desk
    if incoming.choice:
        return Outcome(state, (Outgoing(Text.plain("Diambil."), replaces=True),))
    said = f"{incoming.desk.moderator}: {incoming.text} ({incoming.desk.case})"
    return Outcome(State("balas", "ya"), (Outgoing(Text.plain(said)),))


ROUTES: Routes[None] = Routes(
    commands={"sampaikan": _begin},
    words={"sampaikan": "sampaikan"},
    choices={"bukan": _not_this},
    flows={"form": _form},
    otherwise=_ask,
    desk=_desk,
)


def _served(open_site: Any, site: Any, demo: Any = None) -> Any:
    return open_site(demo, Dispatcher(site.database, site.ring, ROUTES, None).receive)


async def test_a_question_and_its_button(open_site: Any, site: Any, hidden_fields: Any) -> None:
    site = _served(open_site, site)
    page = (await site.say("boleh?")).text
    assert "Jawaban boleh?" in page
    fields = hidden_fields(page) | {"pilihan": "bukan:1", "text": ""}
    assert "Maaf, coba lagi." in (await site.browser.post("/obrolan", data=fields)).text


async def test_a_form_posted_again_shows_the_same_receipt(
    open_site: Any, site: Any, hidden_fields: Any
) -> None:
    site = _served(open_site, site)
    COUNT.clear()
    fields = hidden_fields((await site.say("sampaikan")).text) | {"text": "cerita saya"}
    first = await site.browser.post("/obrolan", data=fields)
    again = await site.browser.post("/obrolan", data=fields)
    assert "kata rahasia nomor 1" in first.text
    assert "kata rahasia nomor 1" in again.text
    assert COUNT == ["cerita saya"]


async def test_a_form_posted_twice_at_once_is_handled_once(
    open_site: Any, site: Any, hidden_fields: Any
) -> None:
    site = _served(open_site, site)
    fields = hidden_fields((await site.say("sampaikan")).text) | {"text": "cerita"}
    pages = await asyncio.gather(*(site.browser.post("/obrolan", data=fields) for _ in range(4)))
    words = {page.text.split("kata rahasia nomor ")[1].split("<")[0] for page in pages}
    assert len(words) == 1


async def test_the_next_form_proves_that_the_receipt_arrived(
    open_site: Any, site: Any, hidden_fields: Any
) -> None:
    site = _served(open_site, site)
    page = (await site.say("sampaikan")).text
    page = (await site.browser.post("/obrolan", data=hidden_fields(page) | {"text": "cerita"})).text
    fields = hidden_fields(page) | {"text": "boleh?"}
    page = (await site.browser.post("/obrolan", data=fields)).text
    assert "kata rahasia" not in page
    assert "Jawaban boleh?" in page


async def test_a_moderator_works_on_a_card(open_site: Any, site: Any, demo: Any) -> None:
    site = _served(open_site, site, demo)
    path = f"/ruang/{demo.token}"
    card = Outgoing(Text.plain("Kartu."), (Choice("Ambil", "k:ambil"),))
    id_ = await site.channel.send_to_room(demo.desk, card)
    for form in ({"pilihan": "k:ambil", "pesan": id_}, {"text": "terima kasih", "pesan": id_}):
        fields = await site.fields(path)
        assert (await site.browser.post(path, data=fields | form)).status_code == 303
    page = (await site.browser.get(path)).text
    assert "Kartu." not in page
    assert page.index("Diambil.") < page.index("demo: terima kasih (None)")
    assert len(await room.since(site.database, demo.desk, 1)) == 2
