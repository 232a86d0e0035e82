"""The real service as a process, and a browser without a screen that only posts forms."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).parent.parent.parent
_HIDDEN = re.compile(r'<input (?:form="\w+" )?type="hidden" name="([^"]+)" value="([^"]*)">')
_BUTTON = re.compile(r'<button[^>]*name="pilihan" value="([^"]+)"[^>]*>(.*?)</button>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")

File = tuple[str, bytes, str]  # name, content, media type


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Service:
    """``python -m bot run`` in a folder of its own; can be killed and started again."""

    folder: Path
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    address: str = ""

    def start(self) -> float:
        """Start and wait for the printed address; returns the seconds that took."""
        begun = time.monotonic()
        base = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=self.folder,
            env=base | self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        for line in self.process.stdout:
            if "http://" in line:
                self.address = line.strip()
                return time.monotonic() - begun
        raise AssertionError("the service did not start")

    def kill(self) -> None:
        """kill -9: nothing of it may be lost that was confirmed."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(number)
            self.process.wait(20)
            if self.process.stdout:
                self.process.stdout.close()
            self.process = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def room(self) -> str:
        return self.address.replace("/demo/", "/ruang/")


@dataclass
class FormBrowser:
    """Opens a page, fills its form, presses its buttons; JavaScript does not exist."""

    url: str
    page: str = ""
    last_form: dict[str, str] = field(default_factory=dict)
    posts: int = 0

    def open(self) -> str:
        self.page = httpx.get(self.url, timeout=30).text
        return self.text()

    def types(self, text: str) -> str:
        return self._post({"text": text})

    def presses(self, label: str) -> str:
        data = next(
            value
            for value, name in _BUTTON.findall(self.page)
            if _TAG.sub("", unescape(name)).strip().startswith(label)
        )
        return self._post({"pilihan": unescape(data)})

    def uploads(self, name: str, content: bytes, media_type: str) -> str:
        """The chat's form with a file chosen and nothing typed."""
        return self._send(self._hidden() | {"text": ""}, {"berkas": (name, content, media_type)})

    def posts_again(self) -> str:
        """The same form once more, as after "reload"."""
        return self._send(self.last_form)

    def _post(self, answer: dict[str, str]) -> str:
        return self._send(self._hidden() | answer)

    def _hidden(self) -> dict[str, str]:
        fields: dict[str, str] = {}
        for name, value in _HIDDEN.findall(self.page):
            fields.setdefault(name, unescape(value))
        return fields

    def _send(self, fields: dict[str, str], files: dict[str, File] | None = None) -> str:
        self.last_form = fields
        self.posts += 1
        target = self.url if "/ruang/" in self.url else self.url.rsplit("/", 1)[0] + "/obrolan"
        response = httpx.post(target, data=fields, files=files, timeout=30, follow_redirects=True)
        assert response.status_code == 200, response.status_code
        self.page = response.text
        return self.text()

    def text(self) -> str:
        body = re.sub(r"(?s)<(script|style|template|head).*?</\1>", "", self.page)
        body = re.sub(r"</(p|li|h1|h2|article|button)>", "\n", body)
        lines = (" ".join(unescape(_TAG.sub("", line)).split()) for line in body.splitlines())
        return "\n".join(line for line in lines if line)
