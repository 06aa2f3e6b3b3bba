"""What the pages of the bus share: the area that they are about, and forms that tell of a save in between."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django import forms
from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from machikado.town.common import acting
from machikado.town.common.errors import Cannot
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.forms.boxes import SeenForm
from machikado.town.ride.models import ServiceArea
from machikado.town.ride.queries.area import first_area

View = Callable[..., HttpResponse]


def with_area(view: Callable[Concatenate[SignedInRequest, ServiceArea, ...], HttpResponse]) -> View:
    """Hand a view the area; a town without one is asked first where its bus runs."""

    @wraps(view)
    def asked(request: SignedInRequest, **kwargs: Any) -> HttpResponse:
        area = first_area()
        if area is None:
            toasts.info(request, _("Please say first where the bus runs."))
            return redirect("ride:area")
        return view(request, area, **kwargs)

    return asked


def with_bus(view: Callable[Concatenate[SignedInRequest, ServiceArea, ...], HttpResponse]) -> View:
    """Hand a passenger's view the area; where there is none, nothing can be booked."""

    @wraps(view)
    def asked(request: SignedInRequest, **kwargs: Any) -> HttpResponse:
        area = first_area()
        if area is None:
            toasts.info(request, _("The bus cannot be booked yet."))
            return redirect("ride:guest" if request.viewer.is_guest else "ride:home")
        return view(request, area, **kwargs)

    return asked


def saved(form: forms.Form, act: Callable[[], object]) -> bool:
    """Act if the form is valid; where somebody else saved meanwhile, the form stands for what is there now."""

    def seen() -> None:
        try:
            act()
        except Cannot as refusal:
            if isinstance(form, SeenForm) and refusal.code == "meanwhile":
                form.see(refusal.params["seen"])
            raise

    return acting.saved(form, seen)
