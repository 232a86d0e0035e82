"""From any file to a new one: sniff, choose the rebuilder, rebuild. Runs in the child only.

A rebuilder's module must load all it needs when it is imported: once a rebuilder runs, the child
cannot open another file, not even one of Python's own.
"""

import errno
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO, cast

from bot.tips.evidence.kinds import Format, Rebuilt, Refused
from bot.tips.evidence.sniff import sniff

Rebuild = Callable[[BinaryIO, BinaryIO, Format], Rebuilt]

MEDIA: tuple[Format, ...] = ("mp4", "mov", "3gp", "webm", "mp3", "m4a", "ogg", "wav", "amr")
_OFFICE: tuple[Format, ...] = ("docx", "xlsx", "pptx", "odt", "ods", "odp", "txt")
_MODULES: dict[Format, str] = {
    **dict.fromkeys(("jpeg", "png", "webp", "gif", "heic", "avif"), "picture"),
    "pdf": "pdf",
    **dict.fromkeys(MEDIA, "media"),
    **dict.fromkeys(_OFFICE, "office"),
}


def rebuilder(kind: Format) -> Rebuild:
    """The function that rebuilds this format; its libraries are loaded here and not before."""
    name = _MODULES[kind]
    module = import_module(f"bot.tips.evidence.{name}")
    return cast(Rebuild, getattr(module, f"rebuild_{name}"))


def rebuild(
    source: BinaryIO,
    target: BinaryIO,
    find: Callable[[Format], Rebuild] = rebuilder,
    ready: Callable[[Format], None] = lambda _: None,
) -> Rebuilt:
    """Sniff and rebuild. `ready` is called when all is loaded and nothing is decoded yet.

    Raises `Refused` and nothing else: decoders raise all sorts of things for a broken file.
    """
    try:
        kind = sniff(source)
        work = find(kind)
        ready(kind)
        return work(source, target, kind)
    except Refused:
        raise
    except MemoryError as error:
        raise Refused("too_heavy") from error
    except OSError as error:
        full = error.errno == errno.EFBIG
        raise Refused("too_heavy" if full else "unreadable") from error
    except Exception as error:
        raise Refused("unreadable") from error
