"""The key ring: keys are born once, agree between processes, and die on time."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SetClock
from bot.errors import OperatorError
from bot.keys.ring import KeyRing, open_ring
from bot.limits import KEY_LONGEST


def test_two_processes_agree_on_a_key(tmp_path: Path, clock: SetClock) -> None:
    one, other = (open_ring(str(tmp_path / "keys"), clock) for _ in range(2))
    assert one.delivery_key(one.month()) == other.delivery_key(other.month())
    assert one.sender_tag("telegram:1") == other.sender_tag("telegram:1")


def test_a_chat_has_another_name_every_day(ring: KeyRing, clock: SetClock) -> None:
    before = ring.conversation_key("telegram:1", clock.today())
    yesterday = clock.today()
    clock.forward(days=1)
    assert ring.conversation_key("telegram:1", clock.today()) != before
    assert ring.conversation_key("telegram:1", yesterday) == before


def test_after_the_day_of_overlap_a_key_is_refused_and_destroyed(
    ring: KeyRing, clock: SetClock, tmp_path: Path
) -> None:
    day = clock.today()
    ring.conversation_key("telegram:1", day)
    ring.trace_key(day)
    stored = (tmp_path / "keys" / f"day-{day}").read_bytes()
    clock.forward(days=2)
    assert ring.conversation_key("telegram:1", day) is None
    with pytest.raises(KeyError):
        ring.state_key(day)
    assert sorted(ring.destroy_old_days()) == [f"day-{day}", f"trace-{day}"]
    assert not any(stored in file.read_bytes() for file in (tmp_path / "keys").iterdir())


def test_a_key_of_the_past_is_never_made_anew(ring: KeyRing, clock: SetClock) -> None:
    assert ring.conversation_key("telegram:1", clock.today() - timedelta(days=1)) is None
    with pytest.raises(KeyError):
        ring.desk_key("palu", "2020-01")


def test_a_month_key_lives_while_a_case_needs_it(ring: KeyRing, clock: SetClock) -> None:
    month = ring.month()
    ring.desk_key("palu", month)
    ring.delivery_key(month)
    clock.forward(days=40)
    assert ring.destroy_months({f"desk-palu-{month}"}) == [f"delivery-{month}"]
    assert ring.desk_key("palu", month)
    assert ring.destroy_months(set()) == [f"desk-palu-{month}"]
    with pytest.raises(KeyError):
        ring.desk_key("palu", month)


def test_this_months_keys_are_never_destroyed(ring: KeyRing) -> None:
    ring.desk_key("palu", ring.month())
    assert ring.destroy_months(set()) == []


@pytest.mark.parametrize("url", ["ftp://bucket/keys", "https://x"])
def test_an_unknown_place_for_keys_is_one_clear_sentence(url: str, clock: SetClock) -> None:
    with pytest.raises(OperatorError, match="KEYS_URL tidak dikenal"):
        open_ring(url, clock)


def test_a_key_destroyed_by_another_process_is_soon_unusable_here(
    ring: KeyRing, clock: SetClock, tmp_path: Path
) -> None:
    month = ring.month()
    ring.desk_key("palu", month)
    clock.forward(days=40)
    assert ring.desk_key("palu", month)
    open_ring(str(tmp_path / "keys"), clock).destroy_months(set())
    clock.forward(minutes=KEY_LONGEST / 60)
    with pytest.raises(KeyError):
        ring.desk_key("palu", month)


def test_a_folder_that_cannot_be_made_is_one_clear_sentence(
    tmp_path: Path, clock: SetClock
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="tidak dapat dibuat"):
        open_ring(str(tmp_path / "file" / "keys"), clock)


def test_a_damaged_key_is_reported_not_used(ring: KeyRing, clock: SetClock, tmp_path: Path) -> None:
    (tmp_path / "keys" / f"day-{clock.today()}").write_bytes(b"short")
    with pytest.raises(OperatorError, match="rusak"):
        ring.sender_tag("telegram:1")
