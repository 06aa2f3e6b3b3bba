"""What happens to a stop: added, changed, photographed, closed, opened again."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common import files
from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date, weekday_date
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.common.images import plain_photo
from machikado.town.common.models import FileUse
from machikado.town.people.permissions import require
from machikado.town.ride.actions import search_keys
from machikado.town.ride.actions.keeping import kept
from machikado.town.ride.events import stops as events
from machikado.town.ride.ground import CannotPlace, Spot, checked, inside, metres
from machikado.town.ride.hours import LAST_MINUTE, second_of
from machikado.town.ride.models import Kerb, PlanStep, RoadNetwork, ServiceArea, Stop, StopClosure
from machikado.town.ride.queries.roads import network_in_use
from machikado.town.ride.road_facts import KerbFacts
from machikado.town.ride.seen import MEANWHILE, mark

MOST_PHOTO_BYTES = 20 * 2**20


class CannotChangeStop(Cannot):
    """A stop that cannot be as it was typed."""

    sentences = {
        "no_number": _("Please write the number that stands on the sign."),
        "no_name": _("Please write the name of the stop."),
        "number_taken": _("The stop %(name)s has the number %(number)s already."),
        "hours": _("The stop's hours end before they begin, or after 28:00."),
        "outside": _("This place lies outside the area %(area)s. Please move the stop, or enlarge the area first."),
        "roads_changed": _("The map of roads was replaced at this moment. Please press the button once more."),
        "bearing": _("The direction is a number of degrees from 0 (north) to 359."),
        "meanwhile": MEANWHILE,
    }


class CannotCloseStop(Cannot):
    """A closing that makes no sense, or has ended."""

    sentences = {
        "no_reason": _("Please write why the stop is closed. Residents read it."),
        "backwards": _("The stop would be opened again before it is closed."),
        "past": _("These days have passed already."),
        "overlap": _("The stop is closed on some of these days already."),
        "reopened": _("The stop is open again already."),
        "promised": _(
            "%(count)s rides are promised at this stop on these days, the first on %(day)s. Please cancel them first,"
            " or say on the day's page that the stop is closed now."
        ),
    }


@dataclass(frozen=True, slots=True)
class StopFacts:
    """What is known of a stop. `bearing` in degrees where the side of the road must not be guessed."""

    number: str
    name: str
    lat: float
    lon: float
    kana: str = ""
    residents_name: str = ""
    address: str = ""
    bearing: int | None = None
    zone: str = ""
    has_shelter: bool = False
    wheelchair: bool = False
    opens: int | None = None
    closes: int | None = None
    note: str = ""

    @property
    def spot(self) -> Spot:
        """Where it is."""
        return Spot(self.lat, self.lon, self.bearing)


NAMES = tuple(field.name for field in fields(StopFacts))


def facts_of(stop: Stop) -> StopFacts:
    """Return what is known of a stop."""
    return StopFacts(**{name: getattr(stop, name) for name in NAMES})


def add(*, area: ServiceArea, facts: StopFacts, by: Actor, now: datetime) -> Stop:
    """Put up a stop. Raises CannotChangeStop, and CannotPlace where no bus can stop."""
    require(by, may="ride.change_stops", on=area)
    check(facts)
    check_inside(area, facts.spot)
    network, kerb = _placed(facts.spot, now)
    if isinstance(kerb, CannotPlace):
        raise kerb
    with transaction.atomic():
        check_inside(lock(area.pk, network), facts.spot)
        _check_number(facts.number, ())
        stop = Stop.objects.create(area=area, made_at=now, **_columns(facts))
        written(stop, network, kerb)
        record(added_event(stop, kerb), by=by, now=now)
    return stop


def change(*, stop: Stop, facts: StopFacts, by: Actor, now: datetime, seen: str = "") -> None:
    """Change what is known of a stop, or move it. Raises CannotChangeStop, CannotPlace. Nothing changed: no row.

    A stop that stays where it is may lie where no new one could: its name can be changed all the same.
    `seen` is the mark of the facts that were changed, if somebody saw them. Raises CannotKeep where somebody could not
    be fetched as promised with the stop there.
    """
    require(by, may="ride.change_stops", on=stop)
    check(facts)
    network, place = _placed(facts.spot, now)
    kerb = None if isinstance(place, CannotPlace) else place

    def act() -> None:
        area = lock(stop.area_id, network)
        locked = Stop.objects.select_for_update().get(pk=stop.pk)
        before = facts_of(locked)
        if seen and seen != mark(before):
            raise CannotChangeStop("meanwhile", seen=mark(before))
        if before.spot != facts.spot:
            check_inside(area, facts.spot)
            if isinstance(place, CannotPlace):
                raise place
        _check_number(facts.number, (locked.pk,))
        if before != facts:
            for name, value in _columns(facts).items():
                setattr(locked, name, value)
            locked.save()
            written(locked, network, kerb)
            record(changed_event(locked, before, kerb), by=by, now=now)

    kept(stop.area, act, now)
    stop.refresh_from_db()


def check(facts: StopFacts) -> None:
    """Refuse what no stop can be. Raises CannotChangeStop, CannotPlace."""
    checked(facts.lat, facts.lon)
    if not facts.number.strip():
        raise CannotChangeStop("no_number")
    if not facts.name.strip():
        raise CannotChangeStop("no_name")
    if facts.bearing is not None and not 0 <= facts.bearing < 360:
        raise CannotChangeStop("bearing")
    if (facts.opens is None) != (facts.closes is None):
        raise CannotChangeStop("hours")
    if facts.opens is not None and facts.closes is not None and not facts.opens < facts.closes <= LAST_MINUTE:
        raise CannotChangeStop("hours")


def check_inside(area: ServiceArea, spot: Spot) -> None:
    """Refuse what lies outside the area. Raises CannotChangeStop."""
    if not inside(area.polygon, spot):
        raise CannotChangeStop("outside", area=area.name)


def _placed(spot: Spot, now: datetime) -> tuple[RoadNetwork | None, KerbFacts | CannotPlace | None]:
    """The kerb of a position on the roads in use, or why it has none; nothing where there are no roads yet.

    Called outside transactions.
    """
    network = network_in_use()
    if network is None:
        return None, None
    from machikado.town.ride import bridge

    return network, bridge.on_kerbs(bridge.ready_roads(network, now), [spot])[0]


def lock(area_id: int, network: RoadNetwork | None) -> ServiceArea:
    """Hold the area; whoever looked at roads that are not in use any more looks again. Raises CannotChangeStop."""
    area = ServiceArea.objects.select_for_update(no_key=True).get(pk=area_id)
    if network_in_use() != network:
        raise CannotChangeStop("roads_changed")
    return area


def _check_number(number: str, own: tuple[int, ...]) -> None:
    other = Stop.objects.filter(number=number.strip()).exclude(pk__in=own).first()
    if other is not None:
        raise CannotChangeStop("number_taken", name=other.name, number=number)


def _columns(facts: StopFacts) -> dict[str, Any]:
    values = {name: getattr(facts, name) for name in NAMES}
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def written(stop: Stop, network: RoadNetwork | None, kerb: KerbFacts | None) -> None:
    """Keep the kerb and the search keys of a stop, in the caller's transaction."""
    if network is not None:
        Kerb.objects.filter(network=network, stop=stop).delete()
        if kerb is not None:
            kerb.row(network, stop.pk).save()
    search_keys.write([stop])


def added_event(stop: Stop, kerb: KerbFacts | None) -> events.StopAdded:
    """What the diary says of a new stop."""
    return events.StopAdded(code=stop.code, number=stop.number, on_road=kerb is not None, **_e7(stop))


def changed_event(stop: Stop, before: StopFacts, kerb: KerbFacts | None) -> events.StopChanged:
    """What the diary says of a stop that is no more what it was before."""
    return events.StopChanged(
        code=stop.code,
        fields=[name for name in NAMES if getattr(stop, name) != getattr(before, name)],
        moved_metres=round(metres(before.spot, Spot(stop.lat, stop.lon))),
        on_road=kerb is not None,
        **_e7(stop),
    )


def _e7(stop: Stop) -> dict[str, Any]:
    return {"lat_e7": round(stop.lat * 10**7), "lon_e7": round(stop.lon * 10**7)}


def photograph(*, stop: Stop, name: str, content: BinaryIO, by: Actor, now: datetime) -> None:
    """Give a stop a photo in place of the one it had, which goes. Raises CannotReadImage, CannotStore.

    Kept without place, moment and owner of the camera. Called outside every transaction, as bytes are removed.
    """
    require(by, may="ride.change_stops", on=stop)
    data = content.read(MOST_PHOTO_BYTES + 1)
    if len(data) > MOST_PHOTO_BYTES:
        raise files.CannotStore("too_large", name=files.plain_name(name), limit_mb=MOST_PHOTO_BYTES // 2**20)
    image = plain_photo(data)
    stored = files.store(image.content, media_type=image.media_type, now=now)
    with transaction.atomic():
        locked = Stop.objects.select_for_update().get(pk=stop.pk)
        before = locked.photo_id
        locked.photo = files.attach(stored, noun="stop", noun_id=locked.pk, name=name, now=now)
        locked.save(update_fields=["photo"])
        record(events.StopPhotographed(code=locked.code, sha256=stored.sha256), by=by, now=now)
    files.remove_after_retention(FileUse.objects.filter(pk__in=[before] if before else []), now=now)
    stop.refresh_from_db()


@dataclass(frozen=True, slots=True)
class NewClosure:
    """Why a stop is closed, from which day until which (None: until further notice)."""

    reason: str
    first_day: date
    last_day: date | None = None


def close(*, stop: Stop, new: NewClosure, by: Actor, now: datetime) -> StopClosure:
    """Close a stop for some days. Raises CannotCloseStop, also where rides are promised there."""
    require(by, may="ride.change_stops", on=stop)
    if not new.reason.strip():
        raise CannotCloseStop("no_reason")
    if new.last_day is not None and new.last_day < new.first_day:
        raise CannotCloseStop("backwards")
    if new.last_day is not None and new.last_day < town_date(now):
        raise CannotCloseStop("past")
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=stop.area_id)
        _check_promised(stop, new, now)
        locked = Stop.objects.select_for_update().get(pk=stop.pk)
        if any(_overlap(row, new) for row in locked.closures.filter(reopened_at=None)):
            raise CannotCloseStop("overlap")
        row = StopClosure.objects.create(
            stop=locked, first_day=new.first_day, last_day=new.last_day, reason=new.reason.strip(), made_at=now
        )
        event = events.StopClosed(
            code=locked.code,
            closure=row.code,
            first_day=new.first_day.isoformat(),
            last_day=new.last_day.isoformat() if new.last_day else None,
        )
        record(event, by=by, now=now, detail={"reason": row.reason})
    return row


def _check_promised(stop: Stop, new: NewClosure, now: datetime) -> None:
    """Raise where somebody was promised to be fetched or brought there on these days, and was not yet."""
    taken = {"booking__offers__taken_at__isnull": False}
    fetched = Q(action=PlanStep.Action.PICKUP, booking__offers__pickup_stop=stop, **taken)
    brought = Q(action=PlanStep.Action.DELIVERY, booking__offers__arrival_stop=stop, **taken)
    days = Q(plan__day__gte=max(new.first_day, town_date(now)), plan__day__lte=new.last_day or date.max)
    steps = PlanStep.objects.filter(fetched | brought, days).select_related("plan").order_by("plan__day")
    ahead = [step for step in steps if step.begins > second_of(step.plan.day, now)]
    if ahead:
        raise CannotCloseStop("promised", count=len(ahead), day=weekday_date(ahead[0].plan.day))


def _overlap(row: StopClosure, new: NewClosure) -> bool:
    far = date.max
    return row.first_day <= (new.last_day or far) and new.first_day <= (row.last_day or far)


def reopen(*, closure: StopClosure, by: Actor, now: datetime) -> None:
    """Open a stop before its closure would have ended. Raises CannotCloseStop."""
    require(by, may="ride.change_stops", on=closure)
    with transaction.atomic():
        row = StopClosure.objects.select_for_update().select_related("stop").get(pk=closure.pk)
        if row.reopened_at is not None or (row.last_day is not None and row.last_day < town_date(now)):
            raise CannotCloseStop("reopened")
        row.reopened_at = now
        row.save(update_fields=["reopened_at"])
        record(events.StopReopened(code=row.stop.code, closure=row.code), by=by, now=now)
    closure.refresh_from_db()
