"""What making evidence anew costs, by kind, beside bare decoding by the same library.

Run ``python -m benchmarks.evidence``. Both are processes of their own, their start included. The
whole table, hostile files too: ``python -m tests.evidence.measure``.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.evidence.measure import measured_apart, samples

_PICTURE = "from PIL import Image; Image.open(sys.argv[1]).convert('RGB').save('/dev/null', 'JPEG')"
_PDF = "import pypdfium2 as p; [page.render(scale=2) for page in p.PdfDocument(sys.argv[1])]"
_MEDIA = "import av; f = av.open(sys.argv[1]); [0 for _ in f.decode(f.streams[0])]"
_OFFICE = "import zipfile; z = zipfile.ZipFile(sys.argv[1]); [z.read(n) for n in z.namelist()]"
KINDS: Mapping[str, Mapping[str, str]] = {  # group of samples: sample: its bare decoding
    "pictures": {
        "JPEG 12 MP": _PICTURE,
        "PNG screenshot 1080x2400": _PICTURE,
    },
    "pdf": {"PDF scan, 10 pages": _PDF},
    "media": {"MP4, 10 s": _MEDIA, "M4A, 1 minute": _MEDIA},
    "office": {"DOCX": _OFFICE, "XLSX": _OFFICE},
}


def bare(path: str, code: str) -> float:
    """Seconds of a processor that decoding takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", f"import sys; {code}", path], check=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        for group, kinds in KINDS.items():
            made = samples(group)
            for name, code in kinds.items():
                file.write_bytes(made[name]())
                peer, ours = bare(str(file), code), measured_apart(str(file))
                print(  # noqa: T201
                    f"{name}: {ours['seconds']:.2f} s of CPU, {ours['seconds'] / peer:.1f}x bare "
                    f"decoding, {ours['memory']:.0f} MB"
                )


if __name__ == "__main__":
    main()
