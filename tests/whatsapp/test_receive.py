"""Which forms are heard, and as what."""

import pytest

from tests.fakes.twilio import Person, Twilio
from tests.whatsapp.conftest import Connect, Toy


async def heard_of(twilio: Twilio, connect: Connect, toy: Toy, **fields: str) -> Person:
    ani = twilio.person()
    async with connect(toy.receive):
        assert await ani.says(fields.pop("Body", ""), **fields) == 200
    return ani


async def test_a_text_is_heard_with_its_letters_to_type(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    await heard_of(twilio, connect, toy, Body="boleh like?")
    (heard,) = toy.heard
    assert (heard.text, heard.channel, heard.choice) == ("boleh like?", "whatsapp", None)
    assert toy.addresses[0].chat == "6281234567890"
    assert toy.typed == [True]


async def test_metas_own_id_comes_before_the_number(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    await heard_of(twilio, connect, toy, Body="x", ExternalUserId="whatsapp:ID.778899")
    assert toy.addresses[0].chat == "ID.778899"


async def test_a_sender_may_come_without_a_number(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    await heard_of(twilio, connect, toy, Body="x", WaId="", From="whatsapp:ID.778899")
    assert toy.addresses[0].chat == "ID.778899"


@pytest.mark.parametrize("name", ["ButtonPayload", "ListId"])
async def test_a_button_and_a_row_are_choices(
    twilio: Twilio, connect: Connect, toy: Toy, name: str
) -> None:
    fields = {"MessageType": "interactive", name: "more:ab12"}
    await heard_of(twilio, connect, toy, Body="Selengkapnya", **fields)
    assert toy.heard[0].choice == "more:ab12"


async def test_a_payload_in_a_plain_text_is_no_choice(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    await heard_of(twilio, connect, toy, Body="x", ButtonPayload="tip:send")
    assert toy.heard[0].choice is None


@pytest.mark.parametrize(
    ("kind", "said"),
    [("image/jpeg", "photo"), ("audio/ogg", "voice"), ("video/mp4", "video"),
     ("application/pdf", "document")],
)  # fmt: skip
async def test_a_file_is_an_attachment(
    twilio: Twilio, connect: Connect, toy: Toy, kind: str, said: str
) -> None:
    async with connect(toy.receive):
        await twilio.person().sends(b"x", kind, "lihat ini")
    (attachment,) = toy.heard[0].attachments
    assert attachment.kind == said
    assert attachment.reference.startswith(twilio.base)
    assert toy.heard[0].text == "lihat ini"


async def test_a_file_that_lies_elsewhere_is_not_touched(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    fields = {"NumMedia": "1", "MediaUrl0": "https://169.254.169.254/x", "MediaContentType0": "a/b"}
    await heard_of(twilio, connect, toy, **fields)
    assert toy.heard[0].attachments[0].reference == ""


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"MessageType": "location", "Latitude": "-0.9", "Longitude": "119.8"}, "kecamatan"),
        ({"MessageType": "contacts"}, "Kartu kontak"),
        ({"NumMedia": "1", "MediaUrl0": "https://x/", "MediaContentType0": "text/vcard"}, "Kartu"),
        ({"MessageType": "order"}, "ketik satu kalimat"),
    ],
)
async def test_positions_and_cards_are_answered_without_being_passed_on(
    twilio: Twilio, connect: Connect, toy: Toy, fields: dict[str, str], answer: str
) -> None:
    ani = await heard_of(twilio, connect, toy, **fields)
    assert answer in ani.last.text
    assert toy.heard == []


@pytest.mark.parametrize(
    "fields",
    [
        {"MessageType": "reaction", "Body": "x"},
        {"OptOutType": "STOP", "Body": "STOP"},
        {"From": "+6281234567890", "Body": "an SMS"},
    ],
)
async def test_what_needs_no_answer_gets_none(
    twilio: Twilio, connect: Connect, toy: Toy, fields: dict[str, str]
) -> None:
    ani = await heard_of(twilio, connect, toy, **fields)
    assert (toy.heard, ani.sees) == ([], [])


async def test_forwarded_and_quoted_messages_are_messages(
    twilio: Twilio, connect: Connect, toy: Toy
) -> None:
    fields = {"Forwarded": "true", "OriginalRepliedMessageSid": "SM1", "Edited": "true"}
    await heard_of(twilio, connect, toy, Body="boleh?", **fields)
    assert toy.heard[0].text == "boleh?"
