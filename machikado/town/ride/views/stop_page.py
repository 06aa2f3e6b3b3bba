"""Everything that the pages of stops show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from machikado.town.common import files
from machikado.town.common.calendar import town_date
from machikado.town.ride.forms.stops import ClosureForm, PhotoForm
from machikado.town.ride.models import Kerb, RoadNetwork, ServiceArea, Stop, StopClosure, StopNote
from machikado.town.ride.queries.roads import bad_kerbs, network_in_use
from machikado.town.ride.queries.stops import stops_of


@dataclass(frozen=True, slots=True)
class StopList:
    """The list of stops: what was searched, which lie badly on the roads."""

    stops: "list[Stop]"
    words: str
    total: int
    badly: dict[int, str]
    network: RoadNetwork | None
    roads_url: str

    @property
    def closed(self) -> int:
        """How many of those shown are closed today."""
        return sum(stop.is_closed for stop in self.stops)


def stop_list(area: ServiceArea, stops: "QuerySet[Stop]", words: str, account_id: int) -> StopList:
    """Ask for everything that the list shows."""
    network = network_in_use()
    total = Stop.objects.filter(area=area).count()
    return StopList(list(stops), words, total, badly(network), network, roads_url(network, account_id))


def roads_url(network: RoadNetwork | None, account_id: int) -> str:
    """Where the map of a page finds the roads that it draws, or ""."""
    return files.url_for(network.drawing, account_id=account_id) if network and network.drawing else ""


def badly(network: RoadNetwork | None) -> dict[int, str]:
    """How a stop lies badly, by its id: off, unreachable, wrong_side."""
    if network is None:
        return {}
    bad = bad_kerbs(network)
    return {
        **{stop.pk: "off" for stop in bad.off},
        **{kerb.stop_id: "unreachable" for kerb in bad.unreachable},
        **{kerb.stop_id: "wrong_side" for kerb in bad.wrong_side},
    }


@dataclass(frozen=True, slots=True)
class StopPage:
    """One stop: its form, photo, closures, and how it lies on the road. `stop` None: a new one."""

    form: forms.Form
    stop: Stop | None
    network: RoadNetwork | None
    roads_url: str
    closure_form: forms.Form
    photo_form: forms.Form
    kerb: Kerb | None = None
    closures: "tuple[StopClosure, ...]" = ()
    photo_url: str = ""
    notes: "tuple[StopNote, ...]" = ()


def stop_page(
    form: forms.Form, stop: Stop | None, account_id: int, now: datetime, closure_form: forms.Form | None = None
) -> StopPage:
    """Ask for everything that the page of a stop shows."""
    network = network_in_use()
    closing = closure_form or ClosureForm(initial={"first_day": town_date(now)})
    if stop is None:
        return StopPage(form, None, network, roads_url(network, account_id), closing, PhotoForm())
    return StopPage(
        form=form,
        stop=stop,
        network=network,
        roads_url=roads_url(network, account_id),
        closure_form=closing,
        photo_form=PhotoForm(),
        kerb=Kerb.objects.filter(network=network, stop=stop).first() if network else None,
        closures=tuple(each for each in stop.closures.order_by("-first_day") if is_to_come(each, now)),
        photo_url=files.url_for(stop.photo, account_id=account_id) if stop.photo else "",
        notes=tuple(stop.notes.filter(settled_at=None)),
    )


def is_to_come(closure: StopClosure, now: datetime) -> bool:
    """Whether a closure holds today or later."""
    return closure.reopened_at is None and (closure.last_day is None or closure.last_day >= town_date(now))


def as_geojson(area: ServiceArea, now: datetime) -> dict[str, Any]:
    """The area and its stops for the map of a page."""
    lying = badly(network_in_use())
    border = {"type": "Feature", "properties": {"kind": "area"}, "geometry": area.polygon}
    features = [
        {
            "type": "Feature",
            "properties": {
                "kind": "stop",
                "number": stop.number,
                "name": stop.name,
                "state": lying.get(stop.pk, "") or ("closed" if stop.is_closed else "open"),
                "url": reverse("ride:stop", args=[stop.code]),
            },
            "geometry": {"type": "Point", "coordinates": [stop.lon, stop.lat]},
        }
        for stop in stops_of(area, town_date(now))
    ]
    return {"type": "FeatureCollection", "features": [border, *features]}
