"""What a browser keeps of somebody's next trip for the time without a network; nothing of anybody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.ride.ground import Spot
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking
from machikado.town.ride.queries.bookings import ahead_of, with_promise
from machikado.town.ride.views.booking_page import Ride, RidePage, ride_page, rides
from machikado.town.ride.views.coming import SmallMap, stop_map
from machikado.town.ride.views.whose import Whose

MOST = 3  # trips that can be the next one before the browser asks again
# Files that a kept page needs; another set of them, or a byte in one, makes another worker.
FILES = (
    "built/common/look.css",
    "built/ride/signal.js",
    "built/ride/worker.js",
    "common/icons.svg",
    "common/mark.svg",
)


@dataclass(frozen=True, slots=True)
class KeptTrip:
    """One trip as a page that stands alone, as it was known at `now`; it is over after so many real seconds."""

    page: RidePage
    map: SmallMap
    later: Sequence[Ride]
    now: datetime
    seconds: int

    @property
    def said(self) -> str:
        """The map in one sentence."""
        promise = self.page.ride.promise
        assert promise is not None, "a trip has a promise"
        return _("Map: the stop %(stop)s and the way to it.") % {"stop": promise.pickup_stop.name}


def kept_trips(theirs: Whose, now: datetime) -> Sequence[KeptTrip]:
    """The trips of a person that are ahead, the next one first: one takes the place of another that is over."""
    ahead = [ride for ride in rides(list(with_promise(ahead_of(theirs.person, now))), theirs) if ride.promise]
    ahead.sort(key=lambda ride: (ride.booking.day, ride.promise.pickup_from if ride.promise else 0))
    return [_trip(ride.booking, ahead[number + 1 :], theirs, now) for number, ride in enumerate(ahead[:MOST])]


def _trip(booking: Booking, later: Sequence[Ride], theirs: Whose, now: datetime) -> KeptTrip:
    page, promise = ride_page(booking, theirs, now), booking.promise
    stop = promise.pickup_stop
    left = moment_at(booking.day, promise.arrival_by) - now
    seconds = max(round(left.total_seconds() / max(clock.speed(), 1)), 0)
    return KeptTrip(page, stop_map(theirs.start(booking), Spot(stop.lat, stop.lon)), later, now, seconds)
