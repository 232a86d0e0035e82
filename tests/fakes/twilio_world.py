"""What Twilio knows in the fake: messages, media, templates; and the rules of the platform."""

import json
import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.clock import Clock

ACCOUNT, TOKEN = "AC" + "a1" * 16, "rahasia-twilio-tidak-boleh-tercatat"
NUMBER = "whatsapp:+6281100000000"
BODY_MAX, INTERACTIVE_MAX, VARIABLE_MAX = 1600, 1024, 1600
BUTTONS_MAX, ROWS_MAX = 3, 10
BUTTON_TITLE, ROW_TITLE, ROW_DESCRIPTION, ROW_ID = 20, 24, 72, 200
WINDOW = 24 * 3600
_SLOT = re.compile(r"\{\{(\d+)\}\}")

Json = dict[str, Any]


class RestError(Exception):
    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass
class Row:
    """A button or a list row."""

    title: str
    id: str
    description: str = ""


@dataclass
class Message:
    sid: str
    to: str
    sender: str
    text: str
    kind: str = "text"  # or buttons, list
    rows: list[Row] = field(default_factory=list)
    status: str = "queued"
    error: int | None = None
    callback: str = ""
    media: dict[str, bytes] = field(default_factory=dict)

    def json(self) -> Json:
        date = "Sun, 22 Nov 2026 05:01:45 +0000"
        uri = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{self.sid}"
        return {
            "account_sid": ACCOUNT, "api_version": "2010-04-01", "body": self.text,
            "date_created": date, "date_sent": date, "date_updated": date,
            "direction": "outbound-api", "error_code": self.error, "error_message": None,
            "from": self.sender, "num_media": "0", "num_segments": "1", "price": None,
            "price_unit": None, "messaging_service_sid": None, "sid": self.sid,
            "status": self.status, "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to, "uri": f"{uri}.json",
        }  # fmt: skip


class World:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.messages: dict[str, Message] = {}
        self.contents: dict[str, Json] = {}
        self.written_at: dict[str, float] = {}
        self.stopped: set[str] = set()
        self.senders: list[Json] = [
            {"sid": "XE" + "b" * 32, "sender_id": NUMBER, "status": "ONLINE", "webhook": {},
             "configuration": None, "profile": None, "properties": None,
             "offline_reasons": None, "compliance": None, "url": None}
        ]  # fmt: skip

    def create(self, form: dict[str, str]) -> Message:
        to = form.get("To", "")
        if form.get("From") != NUMBER:
            raise RestError(400, 63007, f"no channel with the From address for {to}")
        if not to.startswith("whatsapp:"):
            raise RestError(400, 21211, f"The 'To' number {to} is not valid")
        if to in self.stopped:
            raise RestError(400, 21610, f"Attempt to send to unsubscribed recipient {to}")
        message = Message(new_sid("SM"), to, NUMBER, "", callback=form.get("StatusCallback", ""))
        if "ContentSid" in form:
            self._fill(message, form)
        elif not (body := form.get("Body", "")):
            raise RestError(400, 21619, "A text message body or media urls must be specified.")
        elif units(body) > BODY_MAX:
            raise RestError(400, 21658, "The message body exceeds the 1600 character limit")
        else:
            message.text = body
        if self.clock.now() - self.written_at.get(to, 0) > WINDOW:
            message.status, message.error = "failed", 63016
        self.messages[message.sid] = message
        return message

    def delete(self, sid: str) -> None:
        message = self.messages.get(sid)
        if message is None:
            raise RestError(404, 20404, f"The requested resource {sid} was not found")
        if message.status in ("queued", "sending", "receiving"):
            raise RestError(409, 20009, "Cannot delete this resource before it is complete")
        del self.messages[sid]

    def add_content(self, body: Json) -> Json:
        if not isinstance(body, dict) or not body.get("language") or not body.get("types"):
            raise RestError(400, 20001, "Content is not valid")
        content = {"sid": new_sid("HX"), "account_sid": ACCOUNT, "friendly_name": None,
                   "variables": {}, "url": None, "links": {}, "date_created": None,
                   "date_updated": None, **body}  # fmt: skip
        self.contents[content["sid"]] = content
        return content

    def _fill(self, message: Message, form: dict[str, str]) -> None:
        content = self.contents.get(form["ContentSid"])
        if content is None:
            raise RestError(404, 20404, "The requested content was not found")
        variables = json.loads(form.get("ContentVariables", "{}"))
        if not all(isinstance(v, str) and 0 < len(v) <= VARIABLE_MAX for v in variables.values()):
            raise RestError(400, 21656, "The ContentVariables parameter is invalid")

        def filled(text: str) -> str:
            return _SLOT.sub(lambda slot: variables[slot[1]], text)

        (kind, form_) = next(iter(content["types"].items()))
        message.text = filled(form_["body"])
        if kind == "twilio/quick-reply":
            message.kind = "buttons"
            message.rows = [Row(filled(a["title"]), filled(a["id"])) for a in form_["actions"]]
        else:
            message.kind = "list"
            message.rows = [
                Row(filled(i["item"]), filled(i["id"]), filled(i.get("description", "")))
                for i in form_["items"]
            ]
        _check(message)


def _check(message: Message) -> None:
    rows, is_list = message.rows, message.kind == "list"
    titles = [row.title for row in rows]
    fits = (
        units(message.text) <= INTERACTIVE_MAX
        and 1 <= len(rows) <= (ROWS_MAX if is_list else BUTTONS_MAX)
        and all(0 < units(title) <= (ROW_TITLE if is_list else BUTTON_TITLE) for title in titles)
        and all(units(row.description) <= ROW_DESCRIPTION for row in rows)
        and all(0 < len(row.id) <= ROW_ID for row in rows)
        and len(set(titles)) == len(titles)
    )
    if not fits:
        raise RestError(400, 63013, "This message send failed because it violates channel policy")


def new_sid(kind: str) -> str:
    return kind + secrets.token_hex(16)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
