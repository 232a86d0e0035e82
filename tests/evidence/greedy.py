"""A child whose rebuilder does what a hostile file would: ``python -m tests.evidence.greedy``."""

import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import BinaryIO

from bot import limits
from bot.tips.evidence import child
from bot.tips.evidence.kinds import Format, Rebuilt, Refused

limits.EVIDENCE_CPU = 1


def misbehave(source: BinaryIO, target: BinaryIO, _kind: Format) -> Rebuilt:
    """Do what the file's text asks for."""
    match source.read().decode().strip():
        case "memory":
            hoard = [bytes(2**24)]
            while True:
                hoard.append(bytearray(b"x" * 2**24))  # type: ignore[arg-type]
        case "processor":
            while True:
                pass
        case "sleep":
            time.sleep(600)
        case "orphan":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        case "offspring":
            if os.fork() == 0:
                Path(f"/proc/{os.getpid()}").stat()
            time.sleep(600)
        case "output":
            while True:
                target.write(bytes(2**20))
        case "abort":
            os.abort()
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "leave":
            os._exit(7)
        case "file":
            Path("/tmp/tanda-bukti").write_text("x")  # noqa: S108
        case "connect":
            socket.create_connection(("127.0.0.1", 9), 1)
        case "read":
            Path("/etc/passwd").read_text()
        case "chatter":
            while True:
                sys.stdout.write("x" * 4_096)
        case "environment":
            names = {name for name in os.environ if not name.startswith("LC_")}
            target.write(" ".join(sorted(names)).encode())
            return Rebuilt("text", ".txt", "text/plain", 0)
        case "strange":
            raise Refused("<b>bukan alasan</b>")
        case "lie":
            return Rebuilt("picture", ".exe", "application/x-msdownload", 3)
        case "gossip":
            target.write(b"x")
            return Rebuilt("picture", ".jpg", "image/jpeg", 3, {"taken": "oleh Budi"})
        case "nothing":
            return Rebuilt("picture", ".jpg", "image/jpeg", 3)
    target.write(b"ok")
    return Rebuilt("text", ".txt", "text/html", 999)


if __name__ == "__main__":
    child.main(lambda _kind: misbehave)
