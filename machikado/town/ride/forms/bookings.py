"""What somebody enters who wants a ride: from, to, when, who; and what the bus is to know of them."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.ride.actions.asking import NewWish, Whereabouts
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.fare import Rider
from machikado.town.ride.forms.boxes import MinuteField
from machikado.town.ride.ground import Spot
from machikado.town.ride.models import Booking, Passenger, ServiceArea
from machikado.town.ride.models.fares import RIDERS
from machikado.town.ride.models.trips import COUNTS
from machikado.town.ride.party import MOST_RIDERS, Needs, Riding
from machikado.town.ride.queries.places import HOME, Found, home_of, meant, place_by_code
from machikado.town.ride.queries.running import days_open


class Tiles(forms.RadioSelect):
    """A few big tiles, of which one is chosen."""

    tiles = True


class PlaceBoxes(forms.Form):
    """Boxes in which a place is typed: NAME is what stands there, NAME_code what was chosen from the list.

    A name that may mean several places keeps what was typed and shows them as `candidates`.
    """

    boxes: tuple[str, ...] = ()

    def __init__(self, *args: Any, passenger: Passenger | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passenger = passenger
        self.kept: dict[str, Whereabouts] = {}  # by box: what stands there from before, though its place be gone
        self.found: dict[str, Whereabouts] = {}
        self.candidates: dict[str, list[Found]] = {}

    def read_place(self, name: str) -> None:
        """Find the place that is meant in a box, or say what it may be."""
        typed, code = (self.cleaned_data.get(each) or "" for each in (name, f"{name}_code"))
        if (kept := self.kept.get(name)) is not None and (typed, code) == (kept.name, kept.code):
            self.found[name] = kept
            return
        place = place_by_code(code, self.passenger) if code else None
        if place is None or (typed and typed != place.name):
            places = meant(typed, self.passenger)
            if len(places) != 1:
                self.candidates[name] = places
                unknown = _("No place is called so. Try its reading, or only a part of the name.")
                several = _("Which of these do you mean?")
                self.add_error(name, several if places else unknown)
                return
            place = places[0]
        self.found[name] = Whereabouts(place.name, Spot(place.lat, place.lon), place.code)


class WishForm(PlaceBoxes):
    """A wish: from, to, when, who."""

    start = forms.CharField(label=_("Where are you?"), max_length=120)
    start_code = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    goal = forms.CharField(label=_("Where do you want to go?"), max_length=120)
    goal_code = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    when = forms.ChoiceField(label=_("When?"), choices=Booking.When.choices, widget=Tiles, initial=Booking.When.NOW)
    day = forms.ChoiceField(label=_("Day"), required=False)
    minute = MinuteField(
        label=_("Time"), required=False, help_text=_("For example 10:30. Not needed for “as soon as possible”.")
    )
    wheelchairs = forms.IntegerField(label=_("Wheelchairs"), required=False, min_value=0, max_value=MOST_RIDERS)
    prams = forms.IntegerField(label=_("Prams"), required=False, min_value=0, max_value=MOST_RIDERS)
    slow = forms.BooleanField(label=_("With a stick or a walking frame: more time to get on"), required=False)
    sent_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, area: ServiceArea, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, name in COUNTS.items():
            label = dict(RIDERS)[kind]
            self.fields[name] = forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST_RIDERS)
        field = self.fields["day"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(day.isoformat(), weekday_date(day)) for day in days_open(area, now)]

    def clean(self) -> dict[str, Any]:
        """Find both places; a time is needed unless it is to be as soon as possible."""
        given: dict[str, Any] = super().clean() or {}
        for name in ("start", "goal"):
            if given.get(name):
                self.read_place(name)
        if given.get("when") != Booking.When.NOW and given.get("minute") is None and "minute" not in self.errors:
            self.add_error("minute", _("Please write the time like 9:00 or 24:30."))
        return given

    def wish(self, channel: str, replaces: Booking | None = None) -> NewWish:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        needs = Needs(given["wheelchairs"] or 0, given["prams"] or 0, given["slow"])
        return NewWish(
            start=self.found["start"],
            goal=self.found["goal"],
            when=given["when"],
            day=date.fromisoformat(given["day"]) if given["day"] else None,
            minute=given["minute"],
            riding=Riding({kind: given[name] or 0 for kind, name in COUNTS.items()}, needs),
            walk_minutes=self.passenger.walk_minutes if self.passenger else 10,
            channel=channel,
            sent_key=given["sent_key"],
            replaces=replaces,
            beyond=given.get("beyond", ""),
        )


class DeskWishForm(WishForm):
    """A wish that the desk enters for somebody; with a reason it goes beyond the limits of asking."""

    beyond = forms.CharField(
        label=_("More than usual, because"),
        max_length=120,
        required=False,
        help_text=_("Only where a limit is reached. The reason is kept in the diary."),
    )


def first_wish(passenger: Passenger | None, now: datetime) -> dict[str, Any]:
    """What the form begins with: from home, as soon as possible, the person alone with their needs."""
    kind = passenger.fare_kind if passenger else Rider.ADULT
    counts = {name: 1 if each == kind else 0 for each, name in COUNTS.items()}
    home = home_of(passenger)
    return {
        "start": home.name if home else "",
        "start_code": HOME if home else "",
        "when": Booking.When.NOW,
        "day": town_date(now).isoformat(),
        "wheelchairs": int(bool(passenger and passenger.wheelchair)),
        "prams": int(bool(passenger and passenger.pram)),
        "slow": bool(passenger and passenger.slow),
        "sent_key": uuid4(),
        **counts,
    }


def wish_again(booking: Booking, now: datetime, places: Mapping[str, Whereabouts]) -> dict[str, Any]:
    """What the form begins with that changes a booking: the same, but another time; its places as they are shown."""
    return {
        **{box: place.name for box, place in places.items()},
        **{f"{box}_code": place.code for box, place in places.items()},
        "when": Booking.When.ARRIVE if booking.when == Booking.When.ARRIVE else Booking.When.LEAVE,
        "day": max(booking.day, days_open(booking.area, now)[0]).isoformat(),
        "minute": booking.wish_second // 60,
        "wheelchairs": booking.wheelchairs,
        "prams": booking.prams,
        "slow": booking.slow,
        "sent_key": uuid4(),
        **{name: getattr(booking, name) for name in COUNTS.values()},
    }


class PassengerForm(PlaceBoxes):
    """Home, the longest way on foot, needs."""

    home = forms.CharField(label=_("Your home"), max_length=120, required=False)
    home_code = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    walk_minutes = forms.TypedChoiceField(
        label=_("How far can you walk to a stop?"),
        coerce=int,
        choices=[(minutes, _("%(minutes)s minutes") % {"minutes": minutes}) for minutes in (3, 5, 10, 15)],
        widget=Tiles,
        initial=10,
    )
    fare_kind = forms.ChoiceField(label=_("Which fare do you pay?"), choices=RIDERS[:3], initial=Rider.ADULT)
    slow = forms.BooleanField(label=_("With a stick or a walking frame: more time to get on"), required=False)
    wheelchair = forms.BooleanField(label=_("I come in a wheelchair"), required=False)
    pram = forms.BooleanField(label=_("I bring a pram"), required=False)

    def clean(self) -> dict[str, Any]:
        """Find the home, if one is said."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("home"):
            self.read_place("home")
        return given

    def facts(self) -> PassengerFacts:
        """What was entered. The form is valid."""
        given: Mapping[str, Any] = self.cleaned_data
        kept = {name: given[name] for name in ("walk_minutes", "fare_kind", "slow", "wheelchair", "pram")}
        return PassengerFacts(home=self.found.get("home"), **kept)


def known(passenger: Passenger | None) -> dict[str, Any]:
    """What the form of a passenger begins with."""
    if passenger is None:
        return {}
    kept = ("walk_minutes", "fare_kind", "slow", "wheelchair", "pram")
    home = home_of(passenger)
    begun = {"home": home.name, "home_code": HOME} if home else {}
    return {name: getattr(passenger, name) for name in kept} | begun


class CallerForm(forms.Form):
    """Somebody who telephones for the first time."""

    family_name = forms.CharField(label=_("Family name"), max_length=60)
    given_name = forms.CharField(label=_("Given name"), max_length=60, required=False)
    family_kana = forms.CharField(label=_("Reading of the family name"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Telephone number"),
        max_length=20,
        help_text=_("The driver asks for its last four digits."),
        widget=forms.TextInput({"inputmode": "tel", "type": "tel"}),
    )
    shares_number = forms.BooleanField(label=_("Somebody else in the house, with the same number"), required=False)
