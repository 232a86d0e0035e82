"""Files that somebody sent, in words that every channel shares."""

from collections.abc import AsyncIterator, Callable
from typing import Protocol

Fetch = Callable[[str, int], AsyncIterator[bytes]]
"""``fetch(reference, limit)``: the bytes behind ``Attachment.reference``, at most ``limit``.

Raises `FileTooBig`, `FileGone` and the delivery errors.
"""


class FileTooBig(Exception):
    """The file is larger than what is asked for, or than what the platform hands over."""


class FileGone(Exception):
    """The platform no longer has the file, or never had it."""


class Stored(Protocol):
    """Where a file lies in the evidence store and what opens it."""

    @property
    def object(self) -> str: ...
    @property
    def key(self) -> bytes: ...
    @property
    def size(self) -> int: ...
