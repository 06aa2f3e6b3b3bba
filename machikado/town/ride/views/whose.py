"""For whom a page is: the viewer, a guest, a caller at the desk, who agreed; what of a ride is said to each."""

from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from machikado.town.common.actors import Actor
from machikado.town.people.models import Person
from machikado.town.people.viewer import Viewer
from machikado.town.ride.actions.asking import NewWish, Whereabouts
from machikado.town.ride.actions.returning import places_of
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Booking, BookingConsent, Passenger
from machikado.town.ride.queries.bookings import DESK
from machikado.town.ride.queries.consents import riders_of
from machikado.town.ride.queries.places import HOME, home_of, passenger_of, said_ends, said_home


class Side(StrEnum):
    """From which side somebody looks at a ride."""

    OWN = "own"
    DESK = "desk"
    PROXY = "proxy"
    GUEST = "guest"


CHANNELS = {
    Side.OWN: Booking.Channel.WEB,
    Side.DESK: Booking.Channel.PHONE,
    Side.PROXY: Booking.Channel.PROXY,
    Side.GUEST: Booking.Channel.GUEST,
}


@dataclass(frozen=True)
class Whose:
    """Who rides, and who looks and presses. `consent` is there for a proxy alone."""

    rider: Person | None
    viewer: Viewer
    side: Side
    consent: BookingConsent | None = None

    @property
    def person(self) -> Person:
        """Who rides; of a ride that was forgotten there is nothing to ask again."""
        if self.rider is None:
            raise Http404
        return self.rider

    @property
    def by(self) -> Actor:
        """The viewer as one who acts."""
        return self.viewer.actor

    @property
    def is_desk(self) -> bool:
        """Whether the page is looked at by the desk, for the person who calls."""
        return self.side is Side.DESK

    @property
    def is_proxy(self) -> bool:
        """Whether somebody looks to whom the passenger agreed."""
        return self.side is Side.PROXY

    @property
    def is_guest(self) -> bool:
        """Whether somebody looks who showed nothing but a telephone number."""
        return self.side is Side.GUEST

    @property
    def channel(self) -> str:
        """On which way a wish comes in that is made here."""
        return CHANNELS[self.side]

    def channel_of(self, replaces: Booking | None) -> str:
        """The same; what a guest booked stays a guest's, also where the desk changes it for them."""
        is_guests = replaces is not None and replaces.channel == Booking.Channel.GUEST
        return Booking.Channel.GUEST if is_guests and self.is_desk else self.channel

    @property
    def home_url(self) -> str:
        """Where all that is booked for them stands."""
        if self.consent is not None:
            return reverse("ride:for_one", args=[self.consent.code])
        if self.is_desk:
            return reverse("ride:caller", args=[self.rider.code]) if self.rider else reverse("ride:desk")
        return reverse("ride:guest" if self.is_guest else "ride:home")

    @property
    def book_url(self) -> str:
        """Where another ride is asked for."""
        if self.consent is not None:
            return reverse("ride:for_one_book", args=[self.consent.code])
        return self.home_url if self.is_desk else reverse("ride:book")

    @cached_property
    def _known(self) -> Passenger | None:
        """What the bus knows of them, under the names that they gave."""
        return passenger_of(self.rider.pk if self.rider else None)

    @cached_property
    def passenger(self) -> Passenger | None:
        """What the bus knows of them; before a proxy their home has no name."""
        known = self._known
        if known is None or not self.is_proxy or home_of(known) is None:
            return known
        seen = copy(known)
        seen.home_name = said_home()
        return seen

    def ends(self, booking: Booking) -> tuple[str, str]:
        """From where to where a ride goes, as the viewer may read it."""
        return said_ends(booking, self._known) if self.is_proxy else (booking.from_name, booking.to_name)

    def start(self, booking: Booking) -> Whereabouts | None:
        """Where they set out, as the viewer may see it on a map: a home only by who lives there, and by the desk."""
        start, _goal = places_of(booking)
        return start if self.ends(booking)[0] == start.name else None

    def seen_places(self, booking: Booking) -> dict[str, Whereabouts]:
        """Both places as they stand in the boxes of a form for this viewer."""
        named = zip(places_of(booking), self.ends(booking), strict=True)
        return dict(zip(("start", "goal"), (replace(place, name=name) for place, name in named), strict=True))

    def as_rider_says(self, wish: NewWish) -> NewWish:
        """The wish with the names that the passenger gives their home, and gave the places of the ride before."""
        if not self.is_proxy:
            return wish
        known = {place.spot: place for place in (*self._home(), *(places_of(wish.replaces) if wish.replaces else ()))}
        start, goal = (known.get(place.spot, place) for place in (wish.start, wish.goal))
        return replace(wish, start=start, goal=goal)

    def _home(self) -> list[Whereabouts]:
        home = home_of(self._known)
        return [Whereabouts(home.name, Spot(home.lat, home.lon), HOME)] if home else []

    def booker(self, booking: Booking) -> str:
        """Who booked it, where it was somebody else for the passenger; of other proxies a proxy learns nothing."""
        if booking.channel != Booking.Channel.PROXY or booking.booked_by is None:
            return ""
        if booking.booked_by_id == self.viewer.person_id:
            return _("You booked it.")
        if self.is_proxy:
            return ""
        relation = booking.consent.relation_said if booking.consent else ""
        return _("Booked by %(who)s") % {"who": named(booking.booked_by, relation)}


def whose(viewer: Viewer, rider: Person | None, now: datetime) -> Whose:
    """From which side somebody looks at the rides of a person. Raises Http404 where they may not, or may not any more.

    Who rode is None for what was kept so long that it is forgotten; the desk sees the rest of it.
    """
    if rider is not None and rider.pk == viewer.person_id:
        return Whose(rider, viewer, Side.GUEST if viewer.is_guest else Side.OWN)
    if not DESK.isdisjoint(viewer.roles):
        return Whose(rider, viewer, Side.DESK)
    consent = riders_of(viewer.person_id, now).filter(rider=rider).first() if rider else None
    if consent is None:
        raise Http404
    return Whose(rider, viewer, Side.PROXY, consent)


def named(person: Person, relation: str) -> str:
    """A name with what they are to the passenger."""
    return _("%(name)s (%(relation)s)") % {"name": person, "relation": relation} if relation else str(person)
