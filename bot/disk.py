"""How much room is left where files are kept."""

import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit


def folder_of(url: str) -> Path | None:
    """The folder behind a path or a ``file://`` address; None for a bucket."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return None if "://" in url else Path(url)


def free_bytes(folder: Path) -> int:
    """Free bytes on the folder's disk; of its nearest parent while it does not exist yet."""
    here = next((place for place in (folder, *folder.parents) if place.exists()), Path())
    return shutil.disk_usage(here).free
