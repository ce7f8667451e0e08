import pytest
import torch
from torch import Generator, Tensor

from melanoscope.training.augment import augment
from melanoscope.training.recipe import Augmentation

EVERYTHING = Augmentation(dihedral=True, rotation=30, zoom=0.2, shift=0.1, brightness=0.3, contrast=0.3, saturation=0.3)


def images(n: int = 16, size: int = 24) -> Tensor:
    return torch.rand(n, 3, size, size, generator=Generator().manual_seed(1))


def seeded(seed: int = 0) -> Generator:
    return Generator().manual_seed(seed)


def test_nothing_asked_is_nothing_changed() -> None:
    assert torch.equal(augment(images(), Augmentation(), seeded()), images())


def test_colours_stay_in_range_and_shapes_as_they_are() -> None:
    changed = augment(images(), EVERYTHING, seeded())
    assert changed.shape == images().shape
    assert 0 <= changed.min() and changed.max() <= 1


def test_the_same_seed_gives_the_same_change_and_another_another() -> None:
    first, again, other = (augment(images(), EVERYTHING, seeded(s)) for s in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_every_photograph_has_a_change_of_its_own() -> None:
    alike = images(1).expand(16, -1, -1, -1).clone()
    changed = augment(alike, EVERYTHING, seeded())
    assert len({tuple(image.flatten().tolist()) for image in changed}) == 16


@pytest.mark.parametrize(("how", "expected"), [(Augmentation(flips=True), 4), (Augmentation(dihedral=True), 8)])
def test_flips_are_symmetries_of_the_square(how: Augmentation, expected: int) -> None:
    image = images(1)
    symmetries = [turned for k in range(4) for turned in (image.rot90(k, (2, 3)), image.flip(2).rot90(k, (2, 3)))]
    changed = augment(image.expand(200, -1, -1, -1).clone(), how, seeded())
    found = {next(i for i, s in enumerate(symmetries) if torch.equal(s[0], c)) for c in changed}
    assert len(found) == expected


def test_a_shift_moves_by_a_share_of_the_side() -> None:
    dot = torch.zeros(64, 3, 41, 41)
    dot[:, :, 20, 20] = 1
    moved = augment(dot, Augmentation(shift=0.1), seeded())
    centre = torch.stack([image[0].nonzero().float().mean(0) for image in moved])
    assert (centre - 20).abs().max() <= 0.1 * 41 + 1
    assert (centre - 20).abs().max() > 2


def test_rotation_keeps_the_centre() -> None:
    dot = torch.zeros(8, 3, 41, 41)
    dot[:, :, 20, 20] = 1
    turned = augment(dot, Augmentation(rotation=90), seeded())
    assert torch.allclose(turned[:, :, 20, 20], torch.ones(8, 3), atol=1e-3)


def test_grey_photographs_stay_grey() -> None:
    grey = images()[:, :1].expand(-1, 3, -1, -1).clone()
    changed = augment(grey, Augmentation(saturation=0.5, contrast=0.2, brightness=0.2), seeded())
    assert torch.allclose(changed[:, 0], changed[:, 2], atol=1e-5)
