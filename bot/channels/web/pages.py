"""Templates to responses. Every visible text comes from ``content/wording/web.yaml``."""

from hashlib import blake2b
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.channels.web.forms import FormError
from bot.channels.web.render import block_html, inline_html
from bot.channels.web.security import POLICY
from bot.chat.messages import Outgoing
from bot.chat.wording import Wording
from bot.limits import MESSAGE_MAX

CHAT = "/obrolan"
"""The chat's address; opened anew, it is a fresh start."""

_HERE = Path(__file__).parent
_REASONS = {404: "missing", 405: "missing", 500: "busy"}


class Pages:
    """``policy`` is the Content-Security-Policy of pages that the demo page may frame."""

    def __init__(self, wording: Wording, policy: str = POLICY) -> None:
        self._wording = wording
        self._policy = policy
        version = _version()
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {
            "say": self.say,
            "plain": self.plain,
            "examples": list(wording.under("web.chat.examples").values()),
            "shortcuts": list(wording.under("web.chat.shortcuts").items()),
            "steps": list(wording.under("web.demo.steps")),
            "asset": lambda name: f"/static/{name}?v={version}",
            "message_max": MESSAGE_MAX,
        }

    def say(self, key: str, **fields: str) -> Markup:
        return inline_html(self._wording.say(f"web.{key}", **fields))

    def plain(self, key: str, **fields: str) -> str:
        return str(self._wording.say(f"web.{key}", **fields))

    def page(
        self, template: str, *, status: int = 200, policy: str | None = None, **values: Any
    ) -> HTMLResponse:
        html = self.fragment(template, **values)
        headers = {"Content-Security-Policy": policy or self._policy}
        return HTMLResponse(html, status, headers)

    def fragment(self, template: str, **values: Any) -> Markup:
        """A template that escaped its values, so that another may include the result as it is."""
        return Markup(self._templates.get_template(template).render(values))  # noqa: S704

    def reply(self, message: Outgoing) -> Markup:
        """One bubble of the chat."""
        return self.fragment("reply.html", reply=message, body=block_html(message.text, links=True))

    def error(self, status: int, reason: str, back: str = CHAT) -> Response:
        """A friendly page that leads on to ``back``; ``reason`` is a key below ``web.error``."""
        return self.page("error.html", status=status, reason=reason, back=back)

    def refusal(self, request: Request, error: FormError) -> Response:
        """The same as `error`, in the form that the sender of the form reads."""
        if wants_json(request):
            return self.notice(error.status, f"error.{error.reason}.body")
        return self.error(error.status, error.reason, request.url.path)

    def notice(self, status: int, key: str) -> Response:
        """A short message for the page's script."""
        return JSONResponse({"notice": self.plain(key), "final": status == 400}, status)

    async def handle(self, _request: Request, error: Exception) -> Response:
        """Starlette's exception handler for unknown addresses and for our own mistakes."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self.error(status, _REASONS.get(status, "broken"))


class Assets(StaticFiles):
    """Style, scripts and icon; their address changes with their content, so they may be kept."""

    def __init__(self) -> None:
        super().__init__(directory=_HERE / "static")

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=604800"
        return response


def wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _version() -> str:
    digest = blake2b(digest_size=6)
    for path in sorted((_HERE / "static").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()
