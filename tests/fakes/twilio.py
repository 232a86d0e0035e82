"""A fake Twilio on a local port: REST below, and people who write to our number above.

::

    async with Twilio(clock) as twilio:
        twilio.deliver_to = app                 # an ASGI app behind PUBLIC_URL
        ani = twilio.person()
        await ani.says("boleh like?")           # signed, repeated by the rules of the URL
        assert "BOLEH" in ani.last.text
"""

import asyncio
import base64
import hmac
import json
import random
import socket
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urldefrag, urlencode

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.clock import Clock
from tests.fakes.twilio_world import (
    ACCOUNT,
    NUMBER,
    TOKEN,
    Json,
    Message,
    RestError,
    Row,
    World,
    new_sid,
)

PUBLIC_URL = "https://tanya.example"
_BASIC = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    values: Json
    answer: Json | None
    status: int


@dataclass
class Twilio:
    """``faults``: what happens to the next message creations: ``busy`` (429), ``server`` (503,
    nothing done), ``lost`` (done, yet 500), ``refused`` (400)."""

    clock: Clock
    deliver_to: ASGIApp | None = None
    webhook: str = f"{PUBLIC_URL}/whatsapp#rc=3&rp=ct,5xx"
    faults: deque[str] = field(default_factory=deque)
    calls: list[Call] = field(default_factory=list)
    attempts: list[int] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    redirect_to: str = ""
    delivers: bool = True  # messages reach the phone at once
    announces: bool = True  # files come with their length

    def __post_init__(self) -> None:
        self.world = World(self.clock)
        self._random = random.Random(1)  # noqa: S311
        self._callbacks: set[asyncio.Task[Any]] = set()
        self._people: dict[str, Person] = {}

    async def __aenter__(self) -> Self:
        listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(self._app(), lifespan="off", log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._server.capture_signals = _nothing  # type: ignore[assignment, method-assign]
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.quiet()
        self._server.should_exit = True
        await self._serving

    def person(self, number: str = "+6281234567890", name: str = "Ani", id_: str = "") -> "Person":
        person = Person(self, number, name, id_)
        self._people[person.address] = person
        return person

    async def quiet(self) -> None:
        """Until every status callback has arrived."""
        while self._callbacks:
            await asyncio.wait(self._callbacks)

    def sign(self, url: str, fields: list[tuple[str, str]], token: str = TOKEN) -> str:
        signed = url + "".join(name + value for name, value in sorted(set(fields)))
        return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()

    async def deliver(self, fields: list[tuple[str, str]]) -> int:
        """Bring a message, as often as the overrides in the webhook's fragment say."""
        url, fragment = urldefrag(self.webhook)
        overrides = dict(parse_qsl(fragment))
        policies = overrides.get("rp", "ct").split(",")
        status = 0
        for _ in range(int(overrides.get("rc", "1")) + 1):
            status = await self.knock(url, fields)
            self.attempts.append(status)
            if not (status >= 500 and ("5xx" in policies or "all" in policies)):
                break
        return status

    async def knock(self, url: str, fields: list[tuple[str, str]], **headers: str) -> int:
        assert self.deliver_to is not None
        headers = {
            "X-Twilio-Signature": self.sign(url, fields),
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "I-Twilio-Idempotency-Token": new_sid(""),
            **headers,
        }
        transport = httpx.ASGITransport(self.deliver_to)
        async with httpx.AsyncClient(transport=transport) as client:
            return (await client.post(url, content=urlencode(fields), headers=headers)).status_code

    def created(self) -> list[Call]:
        return [c for c in self.calls if c.path.endswith("/Messages.json") and c.status == 201]

    # REST

    def _app(self) -> Starlette:
        account = f"/2010-04-01/Accounts/{ACCOUNT}"
        table = [
            (f"{account}/Messages.json", "POST", self._create),
            (f"{account}/Messages/{{sid}}.json", "DELETE", self._delete),
            (f"{account}/Messages/{{sid}}/Media/{{media}}", "GET", self._media),
            ("/v1/Content", "GET", self._contents),
            ("/v1/Content", "POST", self._add_content),
            ("/v2/Channels/Senders", "GET", self._senders),
            ("/v2/Channels/Senders/{sid}", "POST", self._set_sender),
        ]
        routes = [Route(p, self._guarded(make), methods=[m]) for p, m, make in table]
        return Starlette(routes=[*routes, Route("/cdn/{sid}/{media}", self._cdn)])

    def _guarded(self, make: Any) -> Any:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            is_json = request.headers.get("content-type", "") == "application/json"
            values = json.loads(body) if is_json else dict(parse_qsl(body.decode(), True))
            try:
                if request.headers.get("authorization") != _BASIC:
                    raise RestError(401, 20003, "Authenticate")
                answer: Response = await make(request, values)
            except RestError as error:
                shape = {"code": error.code, "message": str(error), "status": error.status}
                answer = JSONResponse(shape, error.status)
            content = bytes(answer.body)
            shown = json.loads(content) if content[:1] == b"{" else None
            call = Call(request.method, request.url.path, values, shown, answer.status_code)
            self.calls.append(call)
            return answer

        return endpoint

    async def _create(self, _request: Request, values: Json) -> Response:
        fault = self.faults.popleft() if self.faults else ""
        if fault == "busy":
            raise RestError(429, 20429, "Too many requests")
        if fault == "server":
            raise RestError(503, 20503, "Service unavailable")
        if fault == "refused":
            raise RestError(400, 21617, "refused")
        message = self.world.create(values)
        self._deliver_to_phone(message)
        if fault == "lost":
            raise RestError(500, 20500, "Internal server error")
        return JSONResponse(message.json(), 201)

    def _deliver_to_phone(self, message: Message) -> None:
        if message.error is None and self.delivers:
            message.status = "delivered"
            if person := self._people.get(message.to):
                person.sees.append(message)
        if message.callback:
            task = asyncio.create_task(self._report(message))
            self._callbacks.add(task)
            task.add_done_callback(self._callbacks.discard)

    async def _report(self, message: Message) -> None:
        """Callbacks of one message, out of order."""
        statuses = ["failed"] if message.error else ["queued", "sent", "delivered", "read"]
        self._random.shuffle(statuses)
        for status in statuses:
            fields = [("MessageSid", message.sid), ("MessageStatus", status), ("To", message.to),
                      ("From", message.sender), ("AccountSid", ACCOUNT)]  # fmt: skip
            if message.error:
                fields.append(("ErrorCode", str(message.error)))
            assert await self.knock(message.callback, fields) == 200

    async def _delete(self, request: Request, _values: Json) -> Response:
        self.world.delete(request.path_params["sid"])
        return Response(status_code=204)

    async def _media(self, request: Request, _values: Json) -> Response:
        message = self.world.messages.get(request.path_params["sid"])
        media = request.path_params["media"]
        if message is None or media not in message.media:
            raise RestError(404, 20404, "The requested resource was not found")
        target = self.redirect_to or f"{self.base}/cdn/{message.sid}/{media}"
        return RedirectResponse(target, 307)

    async def _cdn(self, request: Request) -> Response:
        if "authorization" in request.headers:
            self.leaks.append(request.url.path)
        message = self.world.messages[request.path_params["sid"]]
        content = message.media[request.path_params["media"]]
        return Response(content) if self.announces else StreamingResponse(_parts(content))

    async def _contents(self, _request: Request, _values: Json) -> Response:
        return JSONResponse(_page("contents", list(self.world.contents.values())))

    async def _add_content(self, _request: Request, values: Json) -> Response:
        return JSONResponse(self.world.add_content(values), 201)

    async def _senders(self, _request: Request, _values: Json) -> Response:
        return JSONResponse(_page("senders", self.world.senders))

    async def _set_sender(self, request: Request, values: Json) -> Response:
        for sender in self.world.senders:
            if sender["sid"] == request.path_params["sid"]:
                sender["webhook"] = values["webhook"]
                return JSONResponse(sender, 202)
        raise RestError(404, 20404, "not found")


@dataclass
class Person:
    """Somebody with a phone."""

    twilio: Twilio
    number: str
    name: str
    id: str
    sees: list[Message] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"whatsapp:{self.number}"

    @property
    def last(self) -> Message:
        return self.sees[-1]

    async def says(self, text: str, **more: str) -> int:
        return await self.twilio.deliver(self.fields(Body=text, **more))

    async def presses(self, label: str) -> int:
        """The button or row with this title or second line, in the latest message that has it."""
        row, kind = self._row(label)
        if kind == "buttons":
            more = {"ButtonText": row.title, "ButtonPayload": row.id}
        else:
            more = {"ListTitle": row.title, "ListId": row.id}
        return await self.says(row.title, MessageType="interactive", **more)

    async def sends(
        self, content: bytes, kind: str = "image/jpeg", text: str = "", **more: str
    ) -> int:
        media, family = new_sid("ME"), {"image": "image", "audio": "audio", "video": "video"}
        type_ = family.get(kind.partition("/")[0], "document")
        file = {"MessageType": type_, "NumMedia": "1", "MediaContentType0": kind, **more}
        fields = dict(self.fields(Body=text, **file))
        sid = fields["MessageSid"]
        self.twilio.world.messages[sid].media[media] = content
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media/{media}"
        fields["MediaUrl0"] = self.twilio.base + path
        return await self.twilio.deliver(list(fields.items()))

    def fields(self, **more: str) -> list[tuple[str, str]]:
        """A message as Twilio describes it: the number five times, the name twice."""
        sid, wa_id = new_sid("SM"), self.number.lstrip("+")
        world = self.twilio.world
        world.written_at[self.address] = world.clock.now()
        received = Message(sid, NUMBER, self.address, more.get("Body", ""), status="received")
        world.messages[sid] = received
        context = json.dumps({"context": {"ProfileName": self.name, "WaId": wa_id}})
        base = {
            "SmsMessageSid": sid, "NumMedia": "0", "ProfileName": self.name, "SmsSid": sid,
            "WaId": wa_id, "SmsStatus": "received", "To": NUMBER, "NumSegments": "1",
            "ReferralNumMedia": "0", "MessageSid": sid, "AccountSid": ACCOUNT,
            "ChannelMetadata": context, "From": self.address, "ApiVersion": "2010-04-01",
            "MessageType": "text", "Body": "",
        }  # fmt: skip
        identity = {"ExternalUserId": f"whatsapp:ID.{self.id}"} if self.id else {}
        return list({**base, **identity, **more}.items())

    def _row(self, label: str) -> tuple[Row, str]:
        for message in reversed(self.sees):
            for row in message.rows:
                if label in (row.title, row.description):
                    return row, message.kind
        raise AssertionError(f"no button {label!r}")


def _parts(content: bytes) -> Iterator[bytes]:
    return (content[at : at + 10_000] for at in range(0, len(content), 10_000))


def _page(key: str, found: list[Json]) -> Json:
    meta = {"key": key, "page": 0, "page_size": 500, "first_page_url": None,
            "previous_page_url": None, "next_page_url": None, "url": None}  # fmt: skip
    return {key: found, "meta": meta}


class _nothing:  # noqa: N801 - stands in for uvicorn's context manager method
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
