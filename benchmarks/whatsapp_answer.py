"""A full FAQ answer on WhatsApp beside bare endpoints (benchmarks/measuring.py says how).

Run ``python -m benchmarks.whatsapp_answer``. Everything that an answer costs is in its CPU: the
receipt against repeats, the typed choices, the list of what to delete at Twilio.
"""

import asyncio
import base64
import hmac
import sys
from collections.abc import Hashable, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from benchmarks.measuring import Server, compare, has_arrived, options, questions
from benchmarks.whatsapp_servers import ACCOUNT, NUMBER, TOKEN

SERVERS = Path(__file__).with_name("whatsapp_servers.py")


class Twilio:
    """Answers calls, and knows when the reply to a message arrived."""

    path = "/whatsapp"

    def __init__(self, texts: Sequence[str], templates: list[dict[str, Any]]) -> None:
        self.arrived: dict[Hashable, asyncio.Future[float]] = {}
        self._texts = texts
        self._templates = templates
        self._ids = count(1)

    async def created(self, request: web.Request) -> web.Response:
        form = await request.post()
        has_arrived(self, str(form["To"]))
        sid = f"SM{next(self._ids):032x}"
        return web.json_response(_message(sid, form), status=201)

    async def contents(self, _request: web.Request) -> web.Response:
        meta = {"key": "contents", "page": 0, "page_size": 500, "next_page_url": None}
        return web.json_response({"contents": self._templates, "meta": meta})

    def app(self) -> web.Application:
        app = web.Application()
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        app.router.add_post(path, self.created)
        app.router.add_get("/v1/Content", self.contents)
        return app

    def message(self, url: str, number: int) -> tuple[Hashable, Mapping[str, str], bytes]:
        sender, fields = form(number, self._texts[number % len(self._texts)])
        return sender, signed(url, fields), urlencode(fields).encode()


def _message(sid: str, form: Any) -> dict[str, Any]:
    date = "Sun, 22 Nov 2026 05:01:45 +0000"
    return {
        "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": str(form.get("Body", "")),
        "date_created": date, "date_sent": None, "date_updated": date,
        "direction": "outbound-api", "error_code": None, "error_message": None,
        "from": str(form["From"]), "num_media": "0", "num_segments": "1", "price": None,
        "price_unit": "USD", "messaging_service_sid": None, "sid": sid, "status": "queued",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media.json"},
        "to": str(form["To"]), "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}.json",
    }  # fmt: skip


def form(number: int, text: str) -> tuple[str, dict[str, str]]:
    """A message as Twilio brings it, each from another person."""
    digits = str(6281_000_000_000 + number)
    sender, sid = f"whatsapp:+{digits}", f"SM{number:032x}"
    return sender, {
        "SmsMessageSid": sid, "NumMedia": "0", "ProfileName": "Ani Wulandari", "SmsSid": sid,
        "WaId": digits, "SmsStatus": "received", "Body": text, "To": NUMBER, "NumSegments": "1",
        "ReferralNumMedia": "0", "MessageSid": sid, "AccountSid": ACCOUNT, "From": sender,
        "MessageType": "text", "ApiVersion": "2010-04-01",
    }  # fmt: skip


def signed(url: str, fields: dict[str, str]) -> dict[str, str]:
    text = url + "".join(name + value for name, value in sorted(fields.items()))
    digest = hmac.digest(TOKEN.encode(), text.encode(), "sha1")
    return {
        "X-Twilio-Signature": base64.b64encode(digest).decode(),
        "Content-Type": "application/x-www-form-urlencoded",
    }


def templates() -> list[dict[str, Any]]:
    """What ``doctor --apply`` makes, so that answers carry buttons and lists."""
    from bot.channels.whatsapp.templates import all_templates
    from bot.chat.wording import Wording

    made = all_templates(Wording.load(SERVERS.parents[1] / "content" / "wording"))
    return [
        {"sid": f"HX{number:032x}", "friendly_name": template.name, "types": template.types}
        for number, template in enumerate(made)
    ]


def servers(profile: str | None) -> list[Server]:
    kinds = ["service"] if profile else ["service", "bare", "sdk"]
    more = (profile,) if profile else ()
    return [
        Server(kind, (sys.executable, "-m", "benchmarks.whatsapp_servers", kind, "PORT", "API",
                      "FOLDER", *more))
        for kind in kinds
    ]  # fmt: skip


def main() -> None:
    parser = options(str(__doc__), messages=600, width=16)
    parser.add_argument("--letters", action="store_true", help="no templates, as in the sandbox")
    args = parser.parse_args()
    twilio = Twilio(questions(), [] if args.letters else templates())
    asyncio.run(compare(servers(args.profile), twilio, args))


if __name__ == "__main__":
    main()
