"""A ridge head on sparse rows, solved through its kernel with numpy alone.

The kernel form gives, beside the weights, the predictions for every held-out voice in closed form:
leaving out the group G changes its scores to ``Y_G - inv(inverse_GG) @ alpha_G``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.features import Floats, Ints, Rows

DENSE_FROM = 150  # a column seen in so many rows is multiplied as a dense matrix
_BLOCK = 2_048


def kernel(rows: Rows) -> Floats:
    """All inner products of the rows: ``(n, n)``."""
    dense, sparse = _split(rows)
    result = np.zeros((len(rows), len(rows)), dtype=np.float32)
    for block in dense:
        result += block @ block.T
    _add_sparse(result, sparse)
    return result


def _split(rows: Rows) -> tuple[list[Floats], Rows]:
    """Frequent columns as dense blocks, the others as sparse rows."""
    often = np.bincount(rows.columns, minlength=rows.width) >= DENSE_FROM
    of_entry = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    chosen = np.flatnonzero(often)
    place = np.full(rows.width, -1, dtype=np.int64)
    place[chosen] = np.arange(len(chosen))
    blocks = []
    for start in range(0, len(chosen), _BLOCK):
        here = (place[rows.columns] >= start) & (place[rows.columns] < start + _BLOCK)
        block = np.zeros((len(rows), min(_BLOCK, len(chosen) - start)), dtype=np.float32)
        block[of_entry[here], place[rows.columns[here]] - start] = rows.values[here]
        blocks.append(block)
    keep = ~often[rows.columns]
    counts = np.bincount(of_entry[keep], minlength=len(rows))
    starts = np.concatenate([[0], np.cumsum(counts)])
    return blocks, Rows(starts, rows.columns[keep], rows.values[keep], rows.width)


def _add_sparse(result: Floats, rows: Rows) -> None:
    """Adds the products of rare columns, one row at a time through the list of rows per column."""
    order = np.argsort(rows.columns, kind="stable")
    of_entry = np.repeat(np.arange(len(rows)), np.diff(rows.starts))[order]
    values = rows.values[order]
    first = np.searchsorted(rows.columns[order], np.arange(rows.width + 1))
    for row in range(len(rows)):
        mine = slice(rows.starts[row], rows.starts[row + 1])
        columns = rows.columns[mine]
        if not len(columns):
            continue
        lengths = first[columns + 1] - first[columns]
        entries = np.repeat(first[columns] - np.cumsum(lengths) + lengths, lengths)
        entries += np.arange(len(entries))
        products = values[entries] * np.repeat(rows.values[mine], lengths)
        result[row] += np.bincount(of_entry[entries], products, len(rows)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Solution:
    """``alpha``: dual weights ``(n, classes)``; ``held_out``: scores without the row's own group."""

    alpha: Floats
    held_out: Floats


def solve(products: Floats, targets: Floats, ridge: float, groups: Sequence[str]) -> Solution:
    """Solves ``(K + ridge) alpha = Y`` and predicts every group from the others."""
    matrix = products.astype(np.float64)
    matrix[np.diag_indices_from(matrix)] += ridge
    inverse = np.linalg.inv(matrix)
    alpha = inverse @ targets
    held_out = np.empty_like(targets)
    labels = np.asarray(groups)
    for group in np.unique(labels):
        here = np.flatnonzero(labels == group)
        held_out[here] = targets[here] - np.linalg.solve(inverse[np.ix_(here, here)], alpha[here])
    return Solution(alpha.astype(np.float32), held_out)


def primal(rows: Rows, alpha: Floats) -> Floats:
    """The weights per column: ``(width, classes)``."""
    weights = np.zeros((rows.width, alpha.shape[1]), dtype=np.float32)
    of_entry = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    order = np.argsort(rows.columns, kind="stable")
    first = np.searchsorted(rows.columns[order], np.arange(rows.width + 1))
    for column in range(rows.width):
        entries = order[first[column] : first[column + 1]]
        weights[column] = rows.values[entries] @ alpha[of_entry[entries]]
    return weights


@dataclass(frozen=True, slots=True)
class Head:
    """Weights in eight bits: ``codes`` ``(columns, classes)``, one scale per column."""

    codes: NDArray[np.int8]
    scales: Floats

    @classmethod
    def pack(cls, weights: Floats) -> "Head":
        scales = np.maximum(np.abs(weights).max(axis=1), 1e-9) / 127
        return cls(np.rint(weights / scales[:, None]).astype(np.int8), scales.astype(np.float32))

    def scores(self, columns: Ints, values: Floats) -> Floats:
        """One score per class for one row."""
        if not len(columns):
            return np.zeros(self.codes.shape[1], dtype=np.float32)
        result: Floats = (values * self.scales[columns]) @ self.codes[columns].astype(np.float32)
        return result
