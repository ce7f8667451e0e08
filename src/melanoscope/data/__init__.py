"""Records in: readers of each layout, safe decoding, audit, grouping, splitting."""

from melanoscope.data.readers import read, read_reference

__all__ = ["read", "read_reference"]
