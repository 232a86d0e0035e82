"""The head's shortcuts give what the long way gives."""

import numpy as np

from bot.knowledge.features import Views, Vocabulary
from bot.knowledge.ridge import Postings, cosines, held_out_scores, sharpen, weights

TEXTS = [f"kata{n % 7} bersama kata{n % 5} dan kata{n % 3}".split() for n in range(40)]
LABELS = [str(n % 4) for n in range(40)]
VIEWS = Views.learn(TEXTS, TEXTS, LABELS)
ROWS = VIEWS.rows(TEXTS, TEXTS)


def test_cosines_of_sparse_rows_equal_the_dense_product() -> None:
    dense = np.zeros((len(ROWS), ROWS.width), dtype=np.float32)
    for row in range(len(ROWS)):
        here = slice(ROWS.starts[row], ROWS.starts[row + 1])
        dense[row, ROWS.columns[here]] = ROWS.values[here]
    np.testing.assert_allclose(cosines(ROWS), dense @ dense.T, atol=1e-5)


def test_postings_of_one_text_equal_its_row_of_cosines() -> None:
    row = VIEWS.row(TEXTS[3], TEXTS[3])
    found = Postings.of_rows(ROWS).products(row.columns, row.values)
    np.testing.assert_allclose(found, cosines(ROWS)[3], atol=1e-5)


def test_a_text_of_unknown_words_is_near_nothing() -> None:
    row = VIEWS.row(["zzz"], ["zzz"])
    assert not Postings.of_rows(ROWS).products(row.columns, row.values).any()


def test_held_out_scores_equal_training_without_the_voice() -> None:
    rng = np.random.default_rng(1)
    points = rng.normal(size=(30, 4)).astype(np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    kernel = sharpen(points @ points.T)
    targets = np.eye(3, dtype=np.float32)[rng.integers(0, 3, 30)]
    voices = [f"suara {n % 3}" for n in range(30)]
    found = held_out_scores(kernel.copy(), targets, voices)
    for voice in set(voices):
        out = np.array([name == voice for name in voices])
        alpha = weights(kernel[~out][:, ~out], targets[~out])
        np.testing.assert_allclose(found[out], kernel[out][:, ~out] @ alpha, atol=1e-3)


def test_features_spread_evenly_over_topics_are_left_out() -> None:
    texts = [["min", f"topik{n % 5}"] for n in range(100)]
    names = Vocabulary.learn(texts, [str(n % 5) for n in range(100)]).names
    assert "min" not in names
    assert "topik1" in names
