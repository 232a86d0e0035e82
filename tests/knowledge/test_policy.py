"""Where doubt wins."""

import pytest

from bot.knowledge.policy import Evidence, Thresholds, decide

THRESHOLDS = Thresholds(
    {"tidak": 0.9, "belum-jelas": 0.9, "info": 0.9, "bersyarat": 0.95, "boleh": 0.97},
    menu=0.3,
    harsher=0.1,
)


def evidence(
    verdicts: tuple[str, ...] = ("tidak", "info", "info"),
    chance: float = 0.92,
    *,
    three: float = 0.99,
    scores: tuple[float, ...] = (0.8, 0.2, 0.1),
    misses: bool = False,
    ask: bool = False,
) -> Evidence:
    return Evidence(chance, three, scores, verdicts, misses, ask)


def test_a_sure_ban_is_answered() -> None:
    assert decide(evidence(), THRESHOLDS) == "answer"


@pytest.mark.parametrize("verdict", ["boleh", "bersyarat"])
def test_a_permission_needs_more_than_a_ban(verdict: str) -> None:
    assert decide(evidence((verdict, "info", "info")), THRESHOLDS) == "menu"
    assert decide(evidence((verdict, "info", "info"), 0.98), THRESHOLDS) == "answer"


def test_a_harsher_candidate_close_behind_turns_a_permission_into_a_menu() -> None:
    close = evidence(("boleh", "tidak", "info"), 0.99, scores=(0.5, 0.45, 0.1))
    assert decide(close, THRESHOLDS) == "menu"


def test_a_milder_candidate_close_behind_does_not_stop_a_ban() -> None:
    close = evidence(("tidak", "boleh", "info"), 0.95, scores=(0.5, 0.45, 0.1))
    assert decide(close, THRESHOLDS) == "answer"


def test_info_stands_outside_the_order_of_harshness() -> None:
    close = evidence(("info", "tidak", "boleh"), 0.95, scores=(0.5, 0.45, 0.1))
    assert decide(close, THRESHOLDS) == "answer"


def test_a_stated_facet_that_the_best_never_covers_forbids_the_answer() -> None:
    assert decide(evidence(misses=True), THRESHOLDS) == "menu"


def test_two_neighbours_in_one_facet_are_asked_back() -> None:
    assert decide(evidence(chance=0.6, ask=True), THRESHOLDS) == "ask_back"


def test_nothing_likely_enough_means_silence() -> None:
    assert decide(evidence(chance=0.1, three=0.2, ask=True), THRESHOLDS) == "abstain"
