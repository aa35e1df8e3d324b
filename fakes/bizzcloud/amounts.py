"""Amounts as the service computes them: binary floats, rounded in two ways.

The stand-in keeps floats on purpose: which side of a half cent a tax falls on, and a wire value
such as 9.950000000000001, follow from them, and a reader has to bear both (recorded).
"""

import math
from decimal import ROUND_HALF_UP, Decimal


def stored(value: float, digits: int) -> float:
    """Return a value as the database keeps it and the wire shows it: whole units times 10^-digits.

    A value within one step of a half counts as that half and goes away from zero. 9.95 becomes
    995 * 0.01, which is 9.950000000000001.
    """
    return to_multiple(value, math.pow(10, -digits))


def to_multiple(value: float, unit: float) -> float:
    """Return the multiple of a unit that is nearest to a value, in the way of `stored`."""
    steps = value / unit
    if not math.isfinite(steps) or steps == 0:
        return 0.0
    nudged = abs(steps) + math.ulp(abs(steps)) / 2
    whole = Decimal(nudged).quantize(Decimal(1), ROUND_HALF_UP)
    return math.copysign(float(whole), steps) * unit


def rounded(value: float, digits: int) -> float:
    """Return a value rounded as tax lines are: by the float's exact binary value, half away.

    0.105 is 0.10499… in binary and becomes 0.1; `stored` would make it 0.11.
    """
    if not math.isfinite(value):
        return 0.0
    return float(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
