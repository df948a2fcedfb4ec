"""How long to wait before trying again."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that grow from one failure to the next, and are random: who failed at once is not to return at once."""

    first: float
    most: float

    def delay(self, failures: int) -> float:
        """Tell the pause after so many failures in a row, counted from 1, in seconds."""
        longest = min(self.most, self.first * 2.0 ** min(failures - 1, 32))
        return longest * random.uniform(0.5, 1.0)
