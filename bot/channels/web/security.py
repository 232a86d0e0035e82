"""Response headers and the demo's Host allow-list, around the whole application."""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAMED_POLICY = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
FRAMING_POLICY = f"{POLICY}; frame-src 'self'"

_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
# Writing to the clipboard stays allowed: the receipt's copy button needs it.
PERMISSIONS = ", ".join(f"{feature}=()" for feature in _OFF)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
}


def loopback_hosts(port: int) -> frozenset[str]:
    """The Host headers that a browser on this machine sends."""
    names = ("127.0.0.1", "localhost", "[::1]")
    return frozenset(f"{name}:{port}" for name in names) | (
        frozenset(names) if port == 80 else frozenset()
    )


class Guard:
    """ASGI middleware: sets every header that the response did not set itself.

    With ``hosts``, a request under any other Host gets ``refusal``: a foreign site that points its
    name at 127.0.0.1 (DNS rebinding) must not read the demo.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None, refusal: Response) -> None:
        self._app = app
        self._hosts = hosts
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        app = self._app if self._welcome(scope) else self._refusal
        await app(scope, receive, with_headers)

    def _welcome(self, scope: Scope) -> bool:
        if self._hosts is None:
            return True
        hosts = Headers(scope=scope).getlist("host")
        return len(hosts) == 1 and hosts[0].lower() in self._hosts
