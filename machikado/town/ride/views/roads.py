"""The map of roads: what the version in use holds, which stops lie badly on it, and its drawing."""

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from machikado.town.common import files
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.models import RoadNetwork
from machikado.town.ride.queries.roads import bad_kerbs, network_in_use


def roads(request: SignedInRequest) -> HttpResponse:
    """The version in use."""
    network = network_in_use()
    context = {"network": network, "bad": bad_kerbs(network) if network else None}
    return render(request, "ride/roads.html", context)


def roads_drawing(request: SignedInRequest, code: str) -> HttpResponseBase:
    """The lines of a version as GeoJSON; a version never changes, so that browsers may keep it."""
    network = get_object_or_404(RoadNetwork.objects.select_related("drawing__file"), code=code, drawing__isnull=False)
    assert network.drawing is not None
    content = files.open_file(network.drawing.file)
    return FileResponse(
        content,
        content_type="application/geo+json",
        headers={"Cache-Control": "private, max-age=31536000, immutable"},
    )
