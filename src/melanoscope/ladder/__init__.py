"""The ladder: M1 to M4 on the same photographs, measured as the notebooks do, and honestly."""

from melanoscope.ladder.climb import run
from melanoscope.ladder.result import Ladder, table

__all__ = ["Ladder", "run", "table"]
