"""The tables of docs/evidence.md: ``python -m tests.evidence.measure [GROUP …]``.

A group is a module ``samples_*.py`` beside this file that has `SAMPLES` (name: maker of the file's
bytes), or ``hostile``, the files of `test_hostile`. Without a group all are measured but
``phone``, whose videos take minutes. Each file is rebuilt by a bot of its own, so that the
largest memory of the child is known; the bot's own share is small enough not to hide it.
"""

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.tips.evidence.kinds import Refused
from bot.tips.evidence.parent import Rebuilder

_QUICK = ("pdf", "pictures", "media", "office", "hostile")
_ONE = "--file"
_HEAD = (
    "| file | result | processor | memory | in | out |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
)

Samples = Mapping[str, Callable[[], bytes]]


def samples(group: str) -> Samples:
    if group == "hostile":
        hostile = import_module("tests.evidence.test_hostile")
        refused = {name: make for name, (make, _) in (hostile.REFUSED | hostile.SLOW).items()}
        harmless: Samples = hostile.HARMLESS
        return {**refused, **harmless}
    found: Samples = import_module(f"tests.evidence.samples_{group}").SAMPLES
    return found


def measured(path: str) -> dict[str, float | str]:
    """Rebuild one file: result, the child's seconds of one processor, its largest memory in MB."""
    result, size = asyncio.run(_outcome(Path(path).read_bytes()))
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = child.ru_utime + child.ru_stime
    return {"result": result, "seconds": seconds, "memory": child.ru_maxrss / 1024, "size": size}


async def _outcome(content: bytes) -> tuple[str, int]:
    try:
        rebuilt, file = await Rebuilder().rebuild(content)
    except Refused as refused:
        return f"refused: {refused.reason}", 0
    file.close()
    return rebuilt.suffix, rebuilt.size


def measured_apart(path: str) -> Any:
    """The same in a process of its own, whose children are no other file's."""
    command = [sys.executable, "-m", "tests.evidence.measure", _ONE, path]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def row(name: str, content: bytes) -> str:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        said = measured_apart(file.name)
    return (
        f"| {name} | {said['result']} | {said['seconds']:.1f} s | {said['memory']:.0f} MB "
        f"| {_size(len(content))} | {_size(said['size'])} |"
    )


def _size(count: int) -> str:
    return f"{count / 2**20:.2f} MB" if count else ""


def main(*arguments: str) -> None:
    if arguments[:1] == (_ONE,):
        sys.stdout.write(json.dumps(measured(arguments[1])))
        return
    for group in arguments or _QUICK:
        _say("", group, "", *_HEAD)
        for name, make in samples(group).items():
            _say(row(name, make()))


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
