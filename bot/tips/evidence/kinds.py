"""What the evidence rebuild speaks of: kinds, sniffed formats, results and refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["picture", "document", "video", "audio", "text"]

# What a file turned out to be by its content; never by its name or its declared type.
Format = Literal[
    "jpeg", "png", "webp", "gif", "heic", "avif",
    "pdf",
    "mp4", "mov", "3gp", "webm",
    "mp3", "m4a", "ogg", "wav", "amr",
    "docx", "xlsx", "pptx", "odt", "ods", "odp", "txt",
]  # fmt: skip


REFUSED = 3  # exit status of a refusal

# What may leave the rebuild, and nothing else.
MEDIA_TYPES: Mapping[str, tuple[Kind, str]] = {
    ".jpg": ("picture", "image/jpeg"),
    ".png": ("picture", "image/png"),
    ".pdf": ("document", "application/pdf"),
    ".mp4": ("video", "video/mp4"),
    ".m4a": ("audio", "audio/mp4"),
    ".ogg": ("audio", "audio/ogg"),
    ".txt": ("text", "text/plain"),
}


class Refused(Exception):
    """The file is not passed on; `reason` is a key below ``evidence.refused`` of the wording."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooSlow(Refused):
    """The wall clock ran out, perhaps only because the machine was busy: worth another try."""

    def __init__(self) -> None:
        super().__init__("too_heavy")


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A new file made from what could be seen or heard in the old one.

    `suffix` is ".jpg", ".pdf", ".mp4", … and `size` is in bytes. `detail` says in text what may
    be told about the file: "taken" (the picture's own date, 2026-11-05), "pages", "seconds".
    """

    kind: Kind
    suffix: str
    media_type: str
    size: int
    detail: Mapping[str, str] = field(default_factory=dict)
