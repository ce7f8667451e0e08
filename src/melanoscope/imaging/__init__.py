"""Pixels in, measures or changed pixels out: the lesion's mask, quality, skin tone, stress."""
