from __future__ import annotations

import numpy as np

from melanoscope.data.confounding import _interval

CLASSES, GROUPS = 9, 5


def test_a_class_that_a_draw_lacks_is_no_failure() -> None:
    """Of 9 classes with 5 groups each, one draw in twenty lacks one: what is always right is right in it."""
    labels = np.repeat(np.arange(CLASSES), GROUPS)

    assert _interval(np.ones(len(labels), bool), labels, np.arange(len(labels))) == (1, 1)
