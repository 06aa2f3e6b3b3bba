"""The map of roads: what the version in use holds, and which stops lie badly on it."""

from django.http import HttpResponse
from django.shortcuts import render

from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.queries.roads import bad_kerbs, network_in_use
from machikado.town.ride.remarks import remarked


def roads(request: SignedInRequest) -> HttpResponse:
    """The version in use."""
    network = network_in_use()
    if network is None:
        return render(request, "ride/roads.html")
    context = {"network": network, "bad": bad_kerbs(network), "remarked": remarked(network)}
    return render(request, "ride/roads.html", context)
