"""What may be counted: nobody, and no tip's time."""

import re
from collections.abc import Sequence

import httpx
import pytest

from bot.chat.delivery_errors import Busy, Unreachable
from bot.chat.messages import Address, Incoming, Outgoing
from bot.chat.text import Text
from bot.errors import OperatorError
from bot.store.outage import StoreUnavailable
from bot.watch.backlog import Late
from bot.watch.desk import WatchedDesk
from bot.watch.metrics import Metrics, address_of, served
from tests.delivery.plain import plain_desk

CANARY = "62811999000"
HELLO = Outgoing(Text.plain("halo"))


def values(metrics: Metrics) -> dict[str, float]:
    """Every sample, as ``name{label=value}``."""
    found = {}
    for family in metrics.registry.collect():
        for sample in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


async def send(_replies: Sequence[Outgoing], _known: Sequence[str]) -> list[str]:
    return ["1"]


async def busy(_replies: Sequence[Outgoing], _known: Sequence[str]) -> list[str]:
    raise Busy(3)


async def _receive(address, event, incoming, send, *, typed=False, arrived=False):  # type: ignore[no-untyped-def]
    if incoming.text == "basis data":
        raise StoreUnavailable("57P01")
    if incoming.text == "salah":
        raise ValueError(incoming.text)
    await send([HELLO], [])


async def test_messages_are_counted_by_channel_and_result_and_nothing_else() -> None:
    metrics = Metrics("run")
    receive = metrics.watched(_receive)
    address = Address("whatsapp", CANARY)
    await receive(address, "e1", Incoming("boleh?"), send)
    for text, sender, error in (
        ("basis data", send, StoreUnavailable),
        ("salah", send, ValueError),
        ("boleh?", busy, Busy),
    ):
        with pytest.raises(error):
            await receive(address, "e2", Incoming(text), sender)
    found = values(metrics)
    assert found["tanya_messages_total{channel=whatsapp,result=ok}"] == 1
    assert found["tanya_messages_total{channel=whatsapp,result=later}"] == 2
    assert found["tanya_messages_total{channel=whatsapp,result=error}"] == 1
    assert found["tanya_platform_errors_total{channel=whatsapp,kind=busy}"] == 1
    assert found["tanya_answer_seconds_count{channel=whatsapp}"] == 4
    assert found["tanya_sending_seconds_count{channel=whatsapp}"] == 2
    labels = {name for key in found for name in re.findall(r"(\w+)=", key)}
    assert labels <= {"channel", "result", "kind", "outcome", "part", "desk", "role", "le"}
    assert not any(CANARY in key for key in found)


async def test_a_delivery_that_arrives_moves_no_metric() -> None:
    metrics = Metrics("worker")

    async def arrives(_chat: str, _message: Outgoing, /) -> str:
        return "77"

    async def fails(_chat: str, _message: Outgoing, /) -> str:
        raise Unreachable

    before = {k: v for k, v in values(metrics).items() if k.startswith("tanya_")}
    assert await WatchedDesk("telegram", plain_desk(arrives), metrics).send("-100", HELLO) == "77"
    assert {k: v for k, v in values(metrics).items() if k.startswith("tanya_")} == before
    with pytest.raises(Unreachable):
        await WatchedDesk("telegram", plain_desk(fails), metrics).send("-100", HELLO)
    kind = "tanya_platform_errors_total{channel=telegram,kind=unreachable}"
    assert values(metrics)[kind] == 1


def test_a_desk_without_trouble_is_not_shown() -> None:
    metrics = Metrics("worker")
    metrics.backlog({"palu": Late(count=12, seconds=7_200, retried=3, dead=1)})
    assert values(metrics)["tanya_outbox_late{desk=palu}"] == 12
    metrics.backlog({})
    assert not any("palu" in key for key in values(metrics))


def test_metrics_are_served_on_loopback_only_when_asked() -> None:
    metrics = Metrics("web")
    with served(metrics, "") as nowhere:
        assert nowhere is None
    with served(metrics, "0") as somewhere:
        assert somewhere is not None
        host, port = somewhere
        assert host == "127.0.0.1"
        page = httpx.get(f"http://{host}:{port}/metrics").text
    assert 'tanya_info{role="web"} 1.0' in page
    assert "process_resident_memory_bytes" in page


def test_an_address_that_cannot_be_is_one_clear_sentence() -> None:
    assert address_of("9464") == ("127.0.0.1", 9464)
    assert address_of("[::1]:9464") == ("::1", 9464)
    with pytest.raises(OperatorError, match="METRICS_BIND"):
        address_of("localhost")
