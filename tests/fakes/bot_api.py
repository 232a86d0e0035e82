"""A fake Bot API on a local port that behaves like the real one.

::

    async with BotApi() as api:
        ani = api.person("Ani")
        ani.says("boleh like?")
        await api.quiet()          # every update was taken and confirmed
        assert ani.reads() == ["…"]

A call that the real one would not know fails the test at the end, whatever became of it. So does
an answer or an update of our own that the published specification does not describe.

The rules are in `bot_api_world`, the methods in `bot_api_methods` and `bot_api_about`, people in
`bot_api_people`.
"""

import asyncio
import json
import random
import socket
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import Clock
from tests.fakes import bot_api_calls as calls
from tests.fakes import bot_api_methods as _messages  # noqa: F401  (fills the table)
from tests.fakes import bot_api_spec as specification
from tests.fakes.bot_api_about import check_webhook
from tests.fakes.bot_api_calls import Call, Upload
from tests.fakes.bot_api_people import Group, Person
from tests.fakes.bot_api_world import ApiError, Chat, Json, World, bad

TOKEN = "7654321:AAtest-token_never-in-a-log"
_KEPT = 24 * 3600  # how long updates wait to be fetched
_GIVE_UP_AFTER = 60
_RETRY_FIRST, _RETRY_LONGEST = 0.02, 0.5  # real ones are minutes; tests cannot wait
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True)
class Fault:
    """``busy`` (429), ``server`` (502, nothing done), ``lost`` (done, the answer breaks off),
    ``slow`` (done, the answer comes after ``seconds``), ``refused`` (400)."""

    kind: str
    seconds: float = 1


@dataclass
class Faults:
    """Faults at a rate, always the same ones for a seed; and faults for the next calls."""

    rate: float = 0
    seed: int = 1
    kinds: tuple[Fault, ...] = (Fault("busy"), Fault("server"), Fault("lost"), Fault("slow", 0.3))
    planned: dict[str, deque[Fault]] = field(default_factory=dict)
    spared: frozenset[str] = frozenset({"getMe"})

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311

    def next(self, method: str, *faults: Fault) -> None:
        """What happens to the next calls of a method."""
        self.planned.setdefault(method, deque()).extend(faults)

    def draw(self, method: str) -> Fault | None:
        if queue := self.planned.get(method):
            return queue.popleft()
        if method not in self.spared and self._random.random() < self.rate:
            return self._random.choice(self.kinds)
        return None


@dataclass
class Waiting:
    """An update that the bot has not confirmed yet."""

    id: int
    body: Json
    chat: int
    kind: str
    date: float


@dataclass
class Webhook:
    url: str
    secret: str | None
    connections: int
    allowed: list[str]


class BotApi:
    """``deliver_to``: an ASGI app that stands behind every webhook URL."""

    def __init__(
        self, *, token: str = TOKEN, clock: Clock | None = None, deliver_to: ASGIApp | None = None
    ) -> None:
        self.token = token
        self.world = World(int(token.partition(":")[0]), clock)
        self.faults = Faults()
        self.calls: list[Call] = []
        self.wrong: list[str] = []
        self.given_up: list[Json] = []
        self.deliver_to = deliver_to
        self.webhook: Webhook | None = None
        self.allowed: list[str] = []
        self._waiting: list[Waiting] = []
        self._update_id = 500
        self._arrived = asyncio.Event()
        self._poll = 0
        self._posting: dict[int, asyncio.Task[None]] = {}
        self._socket = _free_socket()
        self._server = _Server(
            uvicorn.Config(self._app(), log_config=None, access_log=False, lifespan="off")
        )
        self._serving: asyncio.Task[None] | None = None

    @property
    def base(self) -> str:
        """What ``TELEGRAM_API_BASE`` must be."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self._server.serve([self._socket]))
        while not self._server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        return self

    async def __aexit__(self, failed: object = None, *_: object) -> None:
        for task in self._posting.values():
            task.cancel()
        await asyncio.gather(*self._posting.values(), return_exceptions=True)
        self._server.should_exit = self._server.force_exit = True
        self._arrived.set()
        if self._serving:
            await self._serving
        self._socket.close()
        assert failed or not self.wrong, self.wrong

    # For tests

    def person(self, name: str = "Ani", language: str = "id") -> Person:
        return Person(self, 10_000 + self.world.number(), name, language)

    def group(
        self,
        title: str = "Meja",
        kind: str = "supergroup",
        forum: bool = False,
        privacy: bool = False,
    ) -> Group:
        """``privacy``: the bot is no administrator, so it is shown only what is meant for it."""
        return Group(self, title, kind, forum, privacy)

    def called(self, method: str) -> list[Json]:
        return [call.values for call in self.calls if call.method == method]

    async def quiet(self, seconds: float = 20) -> None:
        """Wait until every update was confirmed (polling) or answered with 200 (webhook)."""
        async with asyncio.timeout(seconds):
            while self._waiting or self._posting:  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    async def settled(self, chat: int, seconds: float = 60) -> None:
        """Wait until the updates of one chat were confirmed."""
        async with asyncio.timeout(seconds):
            while any(each.chat == chat for each in self._waiting):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def bring(self, kind: str, content: Json, chat: Chat) -> int:
        """Put an update on its way, if the bot asked for its kind."""
        self._update_id += 1
        allowed = self.webhook.allowed if self.webhook else self.allowed
        if allowed and kind not in allowed:
            return self._update_id
        body = {"update_id": self._update_id, kind: content}
        self.wrong += specification.in_update(body)
        self.bring_again(body, chat.id)
        return self._update_id

    def bring_again(self, body: Json, chat: int) -> None:
        """The same update once more, as after a lost answer."""
        kind = next(key for key in body if key != "update_id")
        waiting = Waiting(body["update_id"], body, chat, kind, self.world.clock.now())
        self._waiting.append(waiting)
        self._arrived.set()
        if self.webhook and chat not in self._posting:
            self._posting[chat] = asyncio.create_task(self._deliver(chat))

    def waiting(self) -> list[Json]:
        return [each.body for each in self._waiting]

    # Delivery by webhook: the next update of a chat only after the last one was accepted

    async def _deliver(self, chat: int) -> None:
        transport = httpx.ASGITransport(self.deliver_to) if self.deliver_to else None
        try:
            async with httpx.AsyncClient(transport=transport, timeout=60) as client:
                while waiting := [each for each in self._waiting if each.chat == chat]:
                    if not await self._post_until_accepted(client, waiting[0].body):
                        self.given_up.append(waiting[0].body)
                    self._waiting.remove(waiting[0])
        finally:
            del self._posting[chat]

    async def _post_until_accepted(self, client: httpx.AsyncClient, body: Json) -> bool:
        pause = _RETRY_FIRST
        for _ in range(_GIVE_UP_AFTER):
            if self.webhook is None or await self._posted(client, self.webhook, body):
                return True
            await asyncio.sleep(pause)
            pause = min(2 * pause, _RETRY_LONGEST)
        return False

    @staticmethod
    async def _posted(client: httpx.AsyncClient, webhook: Webhook, body: Json) -> bool:
        headers = {_SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            answer = await client.post(webhook.url, json=body, headers=headers)
        except Exception:  # whatever a crashed app throws, Telegram sees a broken connection
            return False
        return answer.is_success

    # The server

    def _app(self) -> ASGIApp:
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._called, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._download),
            ]
        )

    async def _called(self, request: Request) -> Any:
        name = calls.canonical(request.path_params["method"])
        if request.path_params["token"] != self.token:
            return _refusal(ApiError(401, "Unauthorized"))
        raw, uploads = await _parameters(request)
        call = Call(name, raw, uploads)
        self.calls.append(call)
        self.wrong += calls.unknown(call) or specification.complaints(call)
        fault = self.faults.draw(name)
        try:
            _before(fault)
            result = await self._result(name, raw, uploads)
        except ApiError as error:
            return _refusal(error)
        except AssertionError as broken:
            self.wrong.append(f"{name}: {broken}")
            return _refusal(bad("against the rules of this house"))
        if name != "getUpdates":  # looked at as they are brought; tests put worse on the way
            self.wrong += specification.in_answer(name, result)
        answer = JSONResponse({"ok": True, "result": result})
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        return _Broken(answer) if fault and fault.kind == "lost" else answer

    async def _result(self, name: str, raw: Json, uploads: dict[str, Upload]) -> Any:
        own = {
            "getUpdates": self._get_updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
        }.get(name)
        return await own(raw) if own else calls.run(self.world, name, raw, uploads)

    async def _download(self, request: Request) -> Response:
        file = self.world.files.get(request.path_params["path"].removeprefix("documents/"))
        if request.path_params["token"] != self.token or file is None:
            return Response(status_code=404)
        return Response(file.content)

    async def _get_updates(self, raw: Json) -> list[Json]:
        if self.webhook:
            raise ApiError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._poll += 1
        mine = self._poll
        self._arrived.set()  # ends an older call that still waits
        self.allowed = raw.get("allowed_updates", self.allowed)
        offset, limit = int(raw.get("offset", 0)), int(raw.get("limit", 100))
        oldest = self.world.clock.now() - _KEPT
        self._waiting = [u for u in self._waiting if u.id >= offset and u.date >= oldest]
        await self._any_waiting(float(raw.get("timeout", 0)), mine)
        if mine != self._poll:
            raise ApiError(409, "Conflict: terminated by other getUpdates request")
        found = [u for u in self._waiting if u.id >= offset]
        return [u.body for u in sorted(found, key=lambda u: u.id)[:limit]]

    async def _any_waiting(self, seconds: float, mine: int) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while not self._waiting and loop.time() < end and mine == self._poll:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), min(0.2, end - loop.time()))
            except TimeoutError:
                if self._server.should_exit:
                    return

    async def _set_webhook(self, raw: Json) -> bool:
        url, secret = str(raw.get("url", "")), raw.get("secret_token")
        connections = int(raw.get("max_connections", 40))
        check_webhook(url, secret, connections)
        allowed = list(raw.get("allowed_updates", []))
        self.webhook = Webhook(url, secret, connections, allowed) if url else None
        return True

    async def _delete_webhook(self, raw: Json) -> bool:
        self.webhook = None
        if raw.get("drop_pending_updates"):
            self._waiting.clear()
        return True

    async def _webhook_info(self, _: Json) -> Json:
        hook = self.webhook
        info = {
            "url": hook.url if hook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._waiting),
        }
        return info | ({"allowed_updates": hook.allowed} if hook else {})


class _Server(uvicorn.Server):
    """Leaves the test runner's signal handlers alone, and stops without a pause."""

    async def main_loop(self) -> None:
        while not self.should_exit:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Broken:
    """An answer of which half is missing when the connection closes."""

    def __init__(self, answer: Response) -> None:
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = self._answer.raw_headers
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        half = bytes(self._answer.body)[: len(self._answer.body) // 2]
        await send({"type": "http.response.body", "body": half})


def _before(fault: Fault | None) -> None:
    """The faults that come before anything is done."""
    if fault is None:
        return
    if fault.kind == "busy":
        wait = int(fault.seconds)
        raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
    if fault.kind == "server":
        raise ApiError(502, "Bad Gateway")
    if fault.kind == "refused":
        raise bad("something is wrong with it")


def _refusal(error: ApiError) -> JSONResponse:
    body = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, error.code)


async def _parameters(request: Request) -> tuple[Json, dict[str, Upload]]:
    """From the query, JSON, a form or multipart, as the real one takes them."""
    values: Json = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/json"):
        values |= json.loads(await request.body() or b"{}")
    elif kind:
        async with request.form() as form:
            for name, value in form.items():
                if isinstance(value, UploadFile):
                    uploads[name] = (value.filename or "", await value.read())
                else:
                    values[name] = value
    return values, uploads


def _free_socket() -> socket.socket:
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found
