"""A worker to be killed while it makes copies of files. Run by test_evidence_kill.py.

Arguments: database URL, key folder, evidence store, seconds by which its clock is ahead.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator

from PIL import Image

from bot.chat.wording import Wording
from bot.delivery.evidence_jobs import EvidenceJobs
from bot.delivery.evidence_progress import Progress
from bot.keys.ring import open_ring
from bot.store.engine import open_database
from bot.tips.evidence.parent import Rebuilder
from bot.tips.evidence.storage import EvidenceStore
from tests.delivery.killed_worker import AheadClock

MARK = b"TANDA-asli"


def original(reference: str) -> bytes:
    """A photo with a mark in it, another one for each reference."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), (int(reference) * 9, 90, 60)).save(out, "JPEG", comment=MARK)
    return out.getvalue()


async def fetch(reference: str, _limit: int) -> AsyncIterator[bytes]:
    content = original(reference)
    await asyncio.sleep(0.05)
    yield content[:1000]
    await asyncio.sleep(0.05)
    yield content[1000:]


async def main(url: str, keys: str, store: str, ahead: str) -> None:
    clock = AheadClock(float(ahead))
    jobs = EvidenceJobs(
        open_database(url),
        open_ring(keys, clock),
        clock,
        EvidenceStore(store, clock),
        Rebuilder().rebuild,
        {"telegram": fetch},
        Progress({}, Wording({}), clock),
    )
    await jobs.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:5]))
