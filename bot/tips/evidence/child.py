"""The process in which one hostile file is read.

``-m bot.tips.evidence.child IN OUT REPORT PARENT``: three numbers of inherited file descriptors,
and the bot's process id. The report is JSON: what was built (exit status 0), or the reason of a
refusal (3). Any other end is a crash. The child ends with the bot, even when that is killed
(Linux).
"""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bot import limits
from bot.tips.evidence.kinds import REFUSED, Format, Refused
from bot.tips.evidence.rebuild import MEDIA, Rebuild, rebuild, rebuilder

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG = 1


def main(find: Callable[[Format], Rebuild] = rebuilder) -> None:
    """Rebuild from and to the descriptors, within limits. `find` gives the rebuilder."""
    give_way()
    limit_appetite()
    leave_network()
    stay_with_parent(int(sys.argv[4]))  # last: a new user namespace takes the wish back
    source, target, report = (os.fdopen(int(number), "r+b") for number in sys.argv[1:4])
    try:
        said: dict[str, object] = asdict(rebuild(source, target, find, _ready))
        target.flush()
        status = 0
    except Refused as refusal:
        said, status = {"reason": refusal.reason}, REFUSED
    report.write(json.dumps(said).encode())
    report.flush()
    os._exit(status)  # what a decoder left behind is not worth tidying up


def _ready(kind: Format) -> None:
    """All is loaded; from here on the file has its way."""
    if kind in MEDIA:
        _lower(resource.RLIMIT_CPU, limits.EVIDENCE_CPU_MEDIA, limits.EVIDENCE_CPU_MEDIA)
    close_doors()


def give_way() -> None:
    """Let the bot go first, and be the first to end when memory runs out."""
    os.nice(limits.EVIDENCE_NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def limit_appetite() -> None:
    """Bounds of memory, processor time and output; no picture of the memory after a crash."""
    _lower(resource.RLIMIT_AS, limits.EVIDENCE_MEMORY, limits.EVIDENCE_MEMORY)
    _lower(resource.RLIMIT_CPU, limits.EVIDENCE_CPU, limits.EVIDENCE_CPU_MEDIA)
    _lower(resource.RLIMIT_FSIZE, limits.EVIDENCE_OUT_MAX, limits.EVIDENCE_OUT_MAX)
    _lower(resource.RLIMIT_CORE, 0, 0)


def leave_network() -> None:
    """Move to a network without any connection, where the system lets us."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def stay_with_parent(parent: int) -> None:
    """Be killed when the bot ends; end now if it has ended already."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def close_doors() -> None:
    """From here on no file can be opened and no connection made: both need a new descriptor."""
    free = os.dup(0)
    os.close(free)
    _lower(resource.RLIMIT_NOFILE, free, free)


def _lower(what: int, soft: int, hard: int) -> None:
    """Set a limit, or keep one that is lower already."""
    _, ceiling = resource.getrlimit(what)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of address space
        resource.setrlimit(what, (soft, hard))


if __name__ == "__main__":
    main()
