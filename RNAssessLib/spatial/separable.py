"""Weighted sums of voxels, one axis after the other, the same bits on one core or many."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

Real = TypeVar("Real", np.float32, np.float64)


def weigh_along(
    array: npt.NDArray[Real], axis: int, weights: sparse.csr_array
) -> npt.NDArray[Real]:
    """Replace an axis by weighted sums over it.

    Sparse on purpose, and not only because each row has few weights: a dense product goes to BLAS,
    which adds in another order on two cores than on one.

    Parameters
    ----------
    array : ndarray
        Any shape.
    axis : int
        The axis summed over, of length N.
    weights : scipy.sparse.csr_array
        (M, N), of the array's own type.

    Returns
    -------
    ndarray
        The array with length M along that axis.

    Examples
    --------
    >>> halves = sparse.csr_array(np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]))
    >>> weigh_along(np.array([[1.0, 3.0, 7.0]]), 1, halves).tolist()
    [[2.0, 5.0]]
    """
    first = np.ascontiguousarray(np.moveaxis(array, axis, 0))
    done = np.asarray(weights @ first.reshape(first.shape[0], -1))
    return np.moveaxis(done.reshape(-1, *first.shape[1:]), 0, axis)
