"""The chat page: one exchange a page without JavaScript, a running chat with it."""

from collections.abc import Awaitable, Callable, Sequence

from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.forms import FormError, Said, Step, Steps, read_form, said
from bot.channels.web.pages import CHAT, Pages, wants_json
from bot.chat.messages import Address, Incoming, Outgoing
from bot.store.conversations import Conflict
from bot.store.ids import new_id

Receive = Callable[..., Awaitable[None]]
"""`bot.chat.dispatcher.Dispatcher.receive`."""

TROUBLE = (SQLAlchemyError, Conflict, OSError)
"""What the database raises when it cannot serve; the person is asked to try again."""


class Chat:
    def __init__(self, receive: Receive, steps: Steps, pages: Pages) -> None:
        self._receive = receive
        self._steps = steps
        self._pages = pages

    def routes(self, *, at_root: bool) -> list[BaseRoute]:
        routes: list[BaseRoute] = [
            Route(CHAT, self.show),
            Route(CHAT, self.answer, methods=["POST"]),
        ]
        return [Route("/", self.show), *routes] if at_root else routes

    async def show(self, _request: Request) -> Response:
        """A new page is a new conversation; nothing is stored before the first message."""
        return self._page(self._steps.fresh(new_id()))

    async def answer(self, request: Request) -> Response:
        try:
            fields = await read_form(request)
            step, message = self._steps.opened(fields), said(fields)
        except FormError as error:
            return self._pages.refusal(request, error)
        if message.problem:
            return self._again(request, step, message)
        try:
            replies = await self._replies(step, message)
        except TROUBLE:
            return self._pages.refusal(request, FormError(503, "busy"))
        return self._answered(request, step, message, replies)

    async def _replies(self, step: Step, message: Said) -> list[Outgoing]:
        collected: list[Outgoing] = []

        async def collect(replies: Sequence[Outgoing], _trace: Sequence[str]) -> None:
            collected.extend(replies)

        await self._receive(
            Address("web", step.conversation),
            step.step,
            Incoming(text=message.text, choice=message.choice, channel="web"),
            collect,
            arrived=True,
        )
        return collected

    def _again(self, request: Request, step: Step, message: Said) -> Response:
        """Nothing was sent: the same conversation, with the text to mend."""
        status = 413 if message.problem == "long" else 400
        if wants_json(request):
            notice = self._pages.plain(f"notice.{message.problem}")
            return JSONResponse({"notice": notice, "final": False}, status)
        fresh = self._steps.fresh(step.conversation)
        return self._page(fresh, status=status, notice=message.problem, draft=message.text)

    def _answered(
        self, request: Request, step: Step, message: Said, replies: Sequence[Outgoing]
    ) -> Response:
        clears = any(reply.clears for reply in replies)
        fresh = self._steps.fresh(new_id() if clears else step.conversation)
        bubbles = [self._pages.reply(reply) for reply in replies]
        if not wants_json(request):
            return self._page(fresh, said="" if clears else message.shown, bubbles=bubbles)
        replaces = [reply.replaces for reply in replies]
        return JSONResponse(
            {
                "obrolan": fresh.conversation,
                "langkah": fresh.step,
                "segel": fresh.seal,
                "clears": clears,
                "bubbles": [
                    {"html": html, "replaces": flag}
                    for html, flag in zip(bubbles, replaces, strict=True)
                ],
            }
        )

    def _page(
        self,
        step: Step,
        *,
        status: int = 200,
        said: str = "",
        bubbles: Sequence[Markup] = (),
        notice: str | None = None,
        draft: str = "",
    ) -> Response:
        return self._pages.page(
            "chat.html",
            status=status,
            step=step,
            said=said,
            bubbles=bubbles,
            notice=notice,
            draft=draft,
        )
