"""Fetching a file that somebody sent, in words that every channel shares."""

from collections.abc import AsyncIterator, Callable

Fetch = Callable[[str, int], AsyncIterator[bytes]]
"""``fetch(reference, limit)``: the bytes behind ``Attachment.reference``, at most ``limit``.

Raises `FileTooBig`, `FileGone` and the delivery errors.
"""


class FileTooBig(Exception):
    """The file is larger than what is asked for, or than what the platform hands over."""


class FileGone(Exception):
    """The platform no longer has the file, or never had it."""
