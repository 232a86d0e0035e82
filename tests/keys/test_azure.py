"""Keys and evidence in Azure's storage, as Azurite plays it (docs/keys.md: how to install it)."""

import base64
import hmac
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path

import httpx
import pytest

from bot.clock import SetClock
from bot.errors import OperatorError
from bot.keys.ring import KeyRing, open_ring
from bot.limits import EVIDENCE_PART
from bot.tips.evidence.storage import EvidenceMissing, EvidenceStore
from tests.end_to_end.browserless import free_port

AZURITE = Path(os.environ.get("AZURITE", ".azurite/node_modules/.bin/azurite-blob"))
ACCOUNT = "devstoreaccount1"  # Azurite's own, with its published key
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not AZURITE.exists(), reason=f"no emulator: {AZURITE} is absent"),
]


@pytest.fixture(scope="module")
def azurite() -> Iterator[str]:
    """The address of an account with two containers, on this machine."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/{ACCOUNT}"
    options = ("--inMemoryPersistence", "--silent", "--disableTelemetry", "--blobPort", str(port))
    process = subprocess.Popen([AZURITE, *options])
    try:
        for container in ("keys", "evidence"):
            _make(address, container)
        yield address
    finally:
        process.terminate()
        process.wait()


def _make(address: str, container: str) -> None:
    """Raises httpx.HTTPError when nobody answers within half a minute."""
    date = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    told = "".join(f"{name}:{value}\n" for name, value in date.items())
    what = "PUT" + 12 * "\n" + f"{told}/{ACCOUNT}/{ACCOUNT}/{container}\nrestype:container"
    digest = hmac.digest(base64.b64decode(KEY), what.encode(), "sha256")
    signed = {"Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"}
    url, end = f"{address}/{container}?restype=container", time.monotonic() + 30
    while True:
        try:
            httpx.put(url, headers=date | signed).raise_for_status()
        except httpx.TransportError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


@pytest.fixture(autouse=True)
def account(azurite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", ACCOUNT)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", KEY)
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", azurite)
    monkeypatch.setenv("AZURE_ALLOW_HTTP", "true")  # evidence
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")  # keys: one switch for every provider


def test_replicas_that_race_agree_and_what_one_destroys_is_gone(clock: SetClock) -> None:
    rings = [open_ring("az://keys/tanya", clock) for _ in range(8)]
    month = rings[0].month()

    def key_of(ring: KeyRing) -> bytes:
        return ring.desk_key("palu", month)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(key_of, rings))) == 1
    assert rings[0].names() == [f"desk-palu-{month}"]
    clock.forward(days=40)
    assert rings[1].destroy_months(set()) == [f"desk-palu-{month}"]
    assert rings[2].names() == []
    with pytest.raises(KeyError):
        key_of(rings[3])


def test_an_unknown_container_is_one_clear_sentence(clock: SetClock) -> None:
    with pytest.raises(OperatorError, match="tidak dapat dihubungi atau menolak"):
        open_ring("az://nowhere", clock)


async def test_evidence_comes_back_whole_and_is_deleted() -> None:
    store = EvidenceStore("az://evidence/tanya")
    assert await store.belongs_to(b"1")
    assert not await store.belongs_to(b"2")
    content = secrets.token_bytes(2 * EVIDENCE_PART + 1)
    kept = await store.put(content)
    assert await store.read(kept.object, kept.key) == content
    assert await store.names(0) == [kept.object]
    await store.delete(kept.object)
    assert await store.names(0) == []
    with pytest.raises(EvidenceMissing):
        await store.read(kept.object, kept.key)
