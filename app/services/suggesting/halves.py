"""A symmetric matrix of which half is kept: what is alike to what, of thousands of texts, in half the memory."""

from collections.abc import Callable, Iterator

import numpy as np

from app.services.suggesting.vectors import Floats

# So many rows are worked on at once.
ROWS = 256


class Half:
    """The lower half of a symmetric matrix, by blocks of ROWS rows, each up to its own place on the diagonal."""

    def __init__(self, size: int, block: Callable[[slice], Floats]) -> None:
        """`block` gives some rows of the matrix, up to where they end on the diagonal."""
        self.size = size
        self._blocks: list[Floats] = [np.array(block(rows), np.float32, order="C") for rows in spans(size)]

    def __iter__(self) -> Iterator[tuple[slice, Floats]]:
        return zip(spans(self.size), self._blocks, strict=True)

    def block(self, rows: slice) -> Floats:
        """The block of some rows, one of `spans`, as it is kept."""
        kept: Floats = self._blocks[rows.start // ROWS]
        return kept

    def whole(self, rows: slice) -> Floats:
        """Some rows, one of `spans`, in all their length."""
        below = [block[:, rows].T for _, block in list(self)[rows.start // ROWS + 1 :]]
        whole: Floats = np.concatenate([self.block(rows), *below], 1)
        return whole

    def add_to_diagonal(self, value: float) -> None:
        """Make the diagonal greater."""
        for rows, block in self:
            numbers = np.arange(len(block))
            block[numbers, rows.start + numbers] += np.float32(value)


class Inverse:
    """The inverse of a positive definite matrix, which is used up for it: the inverse of its Cholesky factor, L⁻¹."""

    def __init__(self, matrix: Half) -> None:
        self._factor = matrix
        self._become_factor()
        self._become_inverse()

    @property
    def diagonal(self) -> Floats:
        """What stands on the diagonal of the inverse, of shape (size,)."""
        summed = np.zeros(self._factor.size, np.float32)
        for rows, block in self._factor:
            summed[: rows.stop] += np.einsum("rc,rc->c", block, block)
        return summed

    def times(self, other: Floats) -> Floats:
        """The product of the inverse with a matrix of shape (size, anything)."""
        product = np.zeros((self._factor.size, other.shape[1]), np.float32)
        for rows, block in self._factor:
            product[: rows.stop] += block.T @ (block @ other[: rows.stop])
        return product

    def _become_factor(self) -> None:
        for turn, own in self._factor:
            own[:, turn] = np.linalg.cholesky(own[:, turn])
            solve = np.linalg.inv(own[:, turn]).T
            below = [(rows, block) for rows, block in self._factor if rows.start > turn.start]
            for _, block in below:
                block[:, turn] = block[:, turn] @ solve
            column = np.concatenate([block[:, turn] for _, block in below] or [own[:0, turn]])
            for rows, block in below:
                block[:, turn.stop :] -= block[:, turn] @ column[: rows.stop - turn.stop].T

    def _become_inverse(self) -> None:
        for rows, block in self._factor:
            own = np.tril(np.linalg.inv(block[:, rows]))
            left = -own @ block[:, : rows.start]
            block[:] = 0
            block[:, rows] = own
            for turn in spans(rows.start):
                block[:, : turn.stop] += left[:, turn] @ self._factor.block(turn)


def spans(size: int) -> Iterator[slice]:
    """The rows that are worked on at once, in their order."""
    for start in range(0, size, ROWS):
        yield slice(start, min(start + ROWS, size))
