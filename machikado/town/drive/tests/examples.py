"""Examples of duty for the six questions."""

from machikado.town.drive.tests.driving import a_shift_of_tomorrow, out
from tests.examples import Cast, Example

MAY_SEE_A_DUTY = frozenset({"futaki", "uehara", "shimojima"})  # whose shift it is, and the managers


def driven_shift(cast: Cast) -> Example:
    """Futaki is on the road."""
    shift = a_shift_of_tomorrow(cast)
    out(shift, cast)
    return Example({"code": shift.code}, seen_by=MAY_SEE_A_DUTY)


EXAMPLES = {"driven_shift": driven_shift}
