import numpy as np
import pytest
import torch
from torch import Generator, Tensor

from melanoscope.training.degrade import degrade
from melanoscope.training.recipe import Augmentation


def images(n: int = 32, size: int = 24) -> Tensor:
    return torch.rand(n, 3, size, size, generator=Generator().manual_seed(1))


def seeded() -> Generator:
    return Generator().manual_seed(0)


EACH = [
    Augmentation(blur=2),
    Augmentation(noise=0.1),
    Augmentation(erase=0.3),
    Augmentation(stickers=0.5),
    Augmentation(corners=0.5),
]


@pytest.mark.parametrize("how", EACH)
def test_about_half_of_the_photographs_are_changed_and_stay_in_range(how: Augmentation) -> None:
    changed = degrade(images(), how, seeded())
    same = [torch.equal(a, b) for a, b in zip(images(), changed, strict=True)]
    assert 8 <= sum(same) <= 24
    assert 0 <= changed.min() and changed.max() <= 1


@pytest.mark.parametrize("how", EACH)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_batch_of_few_of_which_none_may_be_drawn_is_a_batch_too(how: Augmentation, n: int) -> None:
    changes = []
    for seed in range(20):
        changed = degrade(images(n), how, Generator().manual_seed(seed))
        assert changed.shape == images(n).shape and 0 <= changed.min() and changed.max() <= 1
        changes.append(sum(not torch.equal(a, b) for a, b in zip(images(n), changed, strict=True)))
    assert min(changes) == 0 and max(changes) == n


def test_blur_keeps_the_mean_and_loses_detail() -> None:
    changed = degrade(images(), Augmentation(blur=2), seeded())
    assert changed.mean() == pytest.approx(float(images().mean()), abs=0.01)
    assert changed.std() < images().std()


def test_blur_is_the_gaussian_of_each_photograph_alone() -> None:
    dots = torch.zeros(16, 3, 25, 25)
    dots[:, :, 12, 12] = 1
    for dot in degrade(dots, Augmentation(blur=2), seeded()):
        assert float(dot[0].sum()) == pytest.approx(1, abs=1e-5)
        torch.testing.assert_close(dot[0], dot[0].T)
        torch.testing.assert_close(dot[0], dot[2])


def test_noise_has_at_most_the_standard_deviation_that_was_asked_for() -> None:
    grey = torch.full((64, 3, 32, 32), 0.5)
    spread = [float(image.std()) for image in degrade(grey, Augmentation(noise=0.1), seeded())]
    assert 0.08 < max(spread) < 0.105


def test_what_is_hidden_is_a_rectangle_of_at_most_the_area_that_was_asked_for() -> None:
    marked = images(64, 40)
    for before, after in zip(marked.clone(), degrade(marked.clone(), Augmentation(erase=0.2), seeded()), strict=True):
        changed = (before != after).any(0).numpy()
        rows, columns = np.flatnonzero(changed.any(1)), np.flatnonzero(changed.any(0))
        assert changed.sum() == len(rows) * len(columns) <= 0.2 * 40 * 40 + 60


def test_a_sticker_has_one_colour_touches_the_border_and_leaves_the_middle() -> None:
    before = images(64, 40)
    changed = degrade(before.clone(), Augmentation(stickers=1), seeded())
    for one, other in zip(before, changed, strict=True):
        stuck = (one != other).any(0)
        assert len(other[:, stuck].unique(dim=1).T) == 1 and not stuck[18:22, 18:22].any()
        assert stuck[[0, -1]].any() or stuck[:, [0, -1]].any()


def test_corners_get_dark_and_the_middle_does_not() -> None:
    grey = torch.full((64, 3, 40, 40), 0.5)
    changed = degrade(grey.clone(), Augmentation(corners=1), seeded())
    corners = changed[:, :, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert float(corners.mean()) < 0.1 and float(corners.max()) < 0.5
    assert float(changed[:, :, 18:22, 18:22].min()) > 0.48
