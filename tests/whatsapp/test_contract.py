"""The fake answers as Twilio's published description says, where that lies beside the project."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.channels.whatsapp import setup
from bot.channels.whatsapp.client import open_client
from bot.chat.dispatcher import Send
from bot.chat.messages import Choice, Incoming, Outgoing
from bot.chat.text import Text
from bot.chat.wording import Wording
from bot.settings import Settings
from tests.fakes.twilio import Twilio
from tests.whatsapp.conftest import Connect, Toy

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "contracts"
MESSAGES, CONTENT = FOLDER / "twilio_api_v2010_messages.json", FOLDER / "twilio_content_v1.json"

pytestmark = pytest.mark.skipif(not MESSAGES.exists(), reason="no description beside the project")


def complaints(whole: Any, schema: Any, value: Any, at: str = "") -> list[str]:
    """A small reading of JSON schema: references, types, patterns, required and known fields."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return complaints(whole, whole["components"]["schemas"][name], value, at)
    if value is None:
        return [] if schema.get("nullable", "type" not in schema) else [f"{at}: null"]
    kinds = {"string": str, "integer": int, "object": dict, "array": list, "boolean": bool}
    if not isinstance(value, kinds.get(schema.get("type", ""), object)):
        return [f"{at}: {type(value).__name__}"]
    if (pattern := schema.get("pattern")) and not re.search(pattern, str(value)):
        return [f"{at}: pattern"]
    if (allowed := schema.get("enum")) and value not in allowed:
        return [f"{at}: {value}"]
    if isinstance(value, list):
        return [c for each in value for c in complaints(whole, schema["items"], each, f"{at}[]")]
    return _of_object(whole, schema, value, at) if isinstance(value, dict) else []


def _of_object(whole: Any, schema: Any, value: dict[str, Any], at: str) -> list[str]:
    known = schema.get("properties", {})
    missing = [f"{at}.{name}: missing" for name in schema.get("required", []) if name not in value]
    strange = [f"{at}.{name}: unknown" for name in value if known and name not in known]
    inner = [
        c
        for n, v in value.items()
        if n in known
        for c in complaints(whole, known[n], v, f"{at}.{n}")
    ]
    return missing + strange + inner


async def test_calls_and_answers_are_as_described(
    twilio: Twilio, connect: Connect, settings: Settings, wording: Wording
) -> None:
    async def menu(incoming: Incoming, send: Send) -> None:
        choices = tuple(Choice(f"Pilihan {n}", f"t:{n}") for n in range(int(incoming.text)))
        await send([Outgoing(Text.plain("Pilih"), choices)], ())

    async with connect(Toy(answer=menu).receive, interactive=True):
        for number in ("0", "2", "7", "12"):
            assert await twilio.person().says(number) == 200
    client, http = open_client(settings)
    await setup.differences(client, wording, settings)
    await http.close()

    messages, content = json.loads(MESSAGES.read_text()), json.loads(CONTENT.read_text())
    path = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
    form = messages["paths"][path]["post"]["requestBody"]["content"]
    (form_schema,) = [kind["schema"] for kind in form.values()]
    created = twilio.created()
    assert len(created) == 4
    for call in created:
        schemas = messages["components"]["schemas"]
        assert not complaints(messages, form_schema, call.values, "form")
        assert not complaints(
            messages, schemas["api.v2010.account.message"], call.answer, "message"
        )
    made = [c for c in twilio.calls if c.path == "/v1/Content" and c.method == "POST"]
    assert len(made) == 23
    for call in made:
        schemas = content["components"]["schemas"]
        assert not complaints(content, schemas["ContentCreateRequest"], call.values, "content")
        assert not complaints(content, schemas["content.v1.content"], call.answer, "content")
