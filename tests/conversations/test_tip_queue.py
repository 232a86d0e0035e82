"""Receipts wait by channel, so that a crowd on one channel does not hold up the others."""

import asyncio

import pytest

from bot.limits import RECEIPTS_WAITING
from bot.tips.receipts import Crowded, ReceiptKeeper

RECEIPT = "satu dua tiga empat lima enam"


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose receipt was derived, in order."""
    done: list[str] = []

    def derive(receipt: str, _salt: bytes) -> bytes:
        done.append(receipt)
        return bytes(32)

    monkeypatch.setattr("bot.tips.receipts._derive", derive)
    return done


async def test_channels_take_turns(order: list[str]) -> None:
    keeper = ReceiptKeeper(bytes(32))
    crowd = [asyncio.create_task(keeper.keys(f"web {n}", "web")) for n in range(5)]
    await asyncio.sleep(0)
    one = asyncio.create_task(keeper.keys("telegram", "telegram"))
    await asyncio.gather(*crowd, one)
    assert order.index("telegram") <= 2
    assert len(order) == 6


async def test_a_crowd_is_asked_to_come_later_and_nobody_else_is(order: list[str]) -> None:
    keeper = ReceiptKeeper(bytes(32))
    crowd = [
        asyncio.create_task(keeper.keys(f"web {n}", "web")) for n in range(RECEIPTS_WAITING + 1)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Crowded):
        await keeper.keys("one more", "web")
    other = asyncio.create_task(keeper.keys("telegram", "telegram"))
    sending = asyncio.create_task(keeper.new_thread("a tip", "web"))
    await asyncio.gather(*crowd, other, sending)
    assert {"telegram", "a tip"} <= set(order)


async def test_who_leaves_the_queue_does_not_stop_it(order: list[str]) -> None:
    keeper = ReceiptKeeper(bytes(32))
    tasks = [asyncio.create_task(keeper.keys(f"web {n}", "web")) for n in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await keeper.keys("after", "web")
    assert order[-1] == "after"
