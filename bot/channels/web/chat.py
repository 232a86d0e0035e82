"""The chat page: one exchange a page without JavaScript, a running chat with it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels.web.files import FileStore, Form, Malformed, boundary_of, read_multipart
from bot.channels.web.forms import FormError, Said, Step, Steps, read_form, said
from bot.channels.web.pages import CHAT, Pages, wants_json
from bot.chat.messages import Address, Attachment, Incoming, Outgoing
from bot.store.conversations import Conflict
from bot.store.ids import new_id

Receive = Callable[..., Awaitable[None]]
"""`bot.chat.dispatcher.Dispatcher.receive`."""

TROUBLE = (SQLAlchemyError, Conflict, OSError)
"""What the database raises when it cannot serve; the person is asked to try again."""


_STATUS = {"long": 413, "heavy": 413, "full": 413}


class Chat:
    """Without a ``store`` no file is taken."""

    def __init__(
        self, receive: Receive, steps: Steps, pages: Pages, store: FileStore | None = None
    ) -> None:
        self._receive = receive
        self._steps = steps
        self._pages = pages
        self._store = store

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
            form = await self._form(request)
            step, message = self._steps.opened(form.fields), said(form.fields)
        except FormError as error:
            return self._pages.refusal(request, error)
        except OSError:
            return self._pages.refusal(request, FormError(503, "busy"))
        if problem := _problem(form, message):
            return self._again(request, step, message, problem)
        try:
            replies = await self._replies(step, message, tuple(form.files))
        except TROUBLE:
            return self._pages.refusal(request, FormError(503, "busy"))
        return self._answered(request, step, self._repeated(message, form), replies)

    async def _form(self, request: Request) -> Form:
        """The fields and files of a body. Raises FormError, and OSError of the store."""
        boundary = boundary_of(request.headers.get("content-type", ""))
        if boundary is None or self._store is None:
            return Form(await read_form(request))
        try:
            return await read_multipart(request, boundary, self._store, self._steps.opened)
        except Malformed:
            raise FormError(400, "broken") from None

    def _repeated(self, message: Said, form: Form) -> Said:
        """What the page repeats: the text, and how many files came along."""
        if not form.files:
            return message
        count = self._pages.plain("chat.attached", count=str(len(form.files)))
        return replace(message, shown=f"{message.shown}\n{count}".strip())

    async def _replies(
        self, step: Step, message: Said, files: tuple[Attachment, ...]
    ) -> list[Outgoing]:
        collected: list[Outgoing] = []

        async def collect(replies: Sequence[Outgoing], _trace: Sequence[str]) -> None:
            collected.extend(replies)

        await self._receive(
            Address("web", step.conversation),
            step.step,
            Incoming(message.text, message.choice, files, "web"),
            collect,
            arrived=True,
        )
        return collected

    def _again(self, request: Request, step: Step, message: Said, problem: str) -> Response:
        """Nothing was sent: the same conversation, with the text to mend."""
        status = _STATUS.get(problem, 400)
        if wants_json(request):
            notice = self._pages.plain(f"notice.{problem}")
            return JSONResponse({"notice": notice, "final": False}, status)
        fresh = self._steps.fresh(step.conversation)
        return self._page(fresh, status=status, notice=problem, draft=message.text)

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
            takes_files=self._store is not None,
        )


def _problem(form: Form, message: Said) -> str | None:
    """Why the message cannot be passed on; files need no text."""
    said_wrong = None if form.files and message.problem == "empty" else message.problem
    return form.problem or said_wrong
