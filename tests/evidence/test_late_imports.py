"""In the child nothing can be loaded any more once a file is read: all must be there by then."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.evidence import samples_media, samples_office

SAMPLES = {
    "mp4": lambda: samples_media.recording("mp4"),
    "webm": lambda: samples_media.recording("matroska", picture="libvpx", sound="libopus"),
    "mp3": samples_media.tagged_mp3,
    "docx": samples_office.marked_word,
    "xlsx": samples_office.marked_sheets,
    "pptx": samples_office.marked_slides,
    "odt": samples_office.marked_text_document,
}
REBUILD = """
import io, sys
from bot.tips.evidence.rebuild import rebuilder
for name in sys.argv[1:]:
    kind = name.rpartition(".")[2]
    work, content = rebuilder(kind), open(name, "rb").read()
    before = set(sys.modules)
    work(io.BytesIO(content), io.BytesIO(), kind)
    print(*sorted(set(sys.modules) - before))
"""


@pytest.mark.parametrize("kinds", [["mp4", "webm", "mp3"], ["docx", "xlsx", "pptx", "odt"]])
def test_nothing_is_loaded_once_a_file_is_read(tmp_path: Path, kinds: list[str]) -> None:
    paths = [tmp_path / f"a.{kind}" for kind in kinds]
    for path, kind in zip(paths, kinds, strict=True):
        path.write_bytes(SAMPLES[kind]())
    ended = subprocess.run(
        [sys.executable, "-c", REBUILD, *map(str, paths)], capture_output=True, text=True
    )
    assert ended.stderr == ""
    assert ended.stdout.split() == []
