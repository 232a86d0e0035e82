"""Keys in a bucket: one winner, destroyed everywhere, an outage is an outage, no old versions."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import LocalStore, MemoryStore, ObjectStore

from bot.clock import SetClock
from bot.errors import OperatorError
from bot.keys.bucket import KeyBucket, open_bucket
from bot.keys.cache import KeysUnavailable
from bot.keys.crypto import new_key
from bot.keys.ring import KeyRing, open_ring
from bot.limits import KEY_FRESH, KEY_LONGEST


@pytest.fixture(params=["memory", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore()
    (tmp_path / "bucket").mkdir()
    return LocalStore(str(tmp_path / "bucket"))


class Counted(KeyBucket):
    """Counts reads, and can be away."""

    reads = 0
    away = False

    def get(self, name: str) -> bytes | None:
        self.reads += 1
        if self.away:
            raise KeysUnavailable("away")
        return super().get(name)


def test_the_first_writer_wins(store: ObjectStore) -> None:
    first, second = new_key(), new_key()
    assert KeyBucket(store).create("day-1", first) == first
    assert KeyBucket(store).create("day-1", second) == first
    assert list(KeyBucket(store).names()) == ["day-1"]


def test_rings_that_race_agree_on_every_key(store: ObjectStore, clock: SetClock) -> None:
    rings = [KeyRing(KeyBucket(store), clock) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            keys = list(
                pool.map(lambda ring: ring.desk_key(f"meja{number}", ring.month()), rings)  # noqa: B023
            )
            assert len(set(keys)) == 1


def test_a_destroyed_key_is_soon_unusable_on_every_replica(
    store: ObjectStore, clock: SetClock
) -> None:
    one, other = (KeyRing(KeyBucket(store), clock) for _ in range(2))
    month = one.month()
    assert one.desk_key("palu", month) == other.desk_key("palu", month)
    clock.forward(days=40)
    assert other.desk_key("palu", month)
    assert one.destroy_months(set()) == [f"desk-palu-{month}"]
    clock.forward(minutes=KEY_LONGEST / 60)
    with pytest.raises(KeyError):
        other.desk_key("palu", month)
    with pytest.raises(KeyError):
        one.desk_key("palu", month)


def test_a_key_is_renewed_beside_the_conversation(clock: SetClock) -> None:
    bucket = Counted(MemoryStore())
    ring = KeyRing(bucket, clock)
    ring.sender_tag("telegram:1")
    before = bucket.reads
    for _ in range(50):
        ring.sender_tag("telegram:1")
    assert bucket.reads == before
    clock.forward(minutes=(KEY_FRESH + 1) / 60)
    ring.sender_tag("telegram:1")
    end = time.monotonic() + 5
    while bucket.reads == before and time.monotonic() < end:
        time.sleep(0.01)
    assert bucket.reads == before + 1


def test_a_bucket_that_is_away_is_bridged_for_a_minute_and_then_an_outage(clock: SetClock) -> None:
    bucket = Counted(MemoryStore())
    ring = KeyRing(bucket, clock)
    tag = ring.sender_tag("telegram:1")
    bucket.away = True
    clock.forward(minutes=(KEY_LONGEST - 1) / 60)
    assert ring.sender_tag("telegram:1") == tag
    clock.forward(minutes=1 / 30)
    with pytest.raises(OSError):  # what channels answer with "try again later"
        ring.sender_tag("telegram:1")
    bucket.away = False
    assert ring.sender_tag("telegram:1") == tag


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 server on this machine; gives its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(s3: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """A client of that server; the environment names it for us too."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": s3,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    return boto3.client("s3", endpoint_url=s3, region_name="us-east-1")


def test_keys_live_and_die_on_s3(client, clock: SetClock) -> None:  # type: ignore[no-untyped-def]
    client.create_bucket(Bucket="keys")
    one, other = (open_ring("s3://keys/tanya", clock) for _ in range(2))
    day = clock.today()
    assert one.conversation_key("telegram:1", day) == other.conversation_key("telegram:1", day)
    assert one.names() == [f"day-{day}"]
    clock.forward(days=2)
    assert other.destroy_old_days() == [f"day-{day}"]
    assert client.list_objects_v2(Bucket="keys").get("KeyCount") == 0
    assert one.names() == []


def test_a_bucket_that_keeps_versions_is_refused(client) -> None:  # type: ignore[no-untyped-def]
    client.create_bucket(Bucket="kept")
    client.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(OperatorError, match="versi lama"):
        open_bucket("s3://kept")


def test_an_unknown_bucket_is_one_clear_sentence(client) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(OperatorError, match="tidak dapat dihubungi atau menolak"):
        open_bucket("s3://nowhere")


def test_a_bucket_that_nobody_answers_for_is_one_clear_sentence(
    client: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(OperatorError, match="tidak dapat dihubungi"):
        open_bucket("s3://keys")


def test_keys_in_memory_need_nothing(clock: SetClock) -> None:
    ring = open_ring("memory:", clock)
    assert ring.server_key() == ring.server_key()
