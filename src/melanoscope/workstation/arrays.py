"""Arrays as a column of bytes holds them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack(array: NDArray[Any]) -> bytes:
    """In NumPy's own format, which says shape and type."""
    file = BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def unpack(content: bytes) -> NDArray[Any]:
    return np.asarray(np.load(BytesIO(content), allow_pickle=False))
