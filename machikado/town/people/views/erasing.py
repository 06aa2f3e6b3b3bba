"""Erasing a person's data on request: find them, see what goes, what stays and why, and do it."""

from django.contrib import messages as toasts
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import saved, status
from machikado.town.people import queries
from machikado.town.people.actions import persons
from machikado.town.people.forms import ErasureForm
from machikado.town.people.viewer import SignedInRequest
from machikado.town.people.views.erasure_page import erasure_page

MOST = 50


def erasures(request: SignedInRequest) -> HttpResponse:
    """Find the person who asks. What is typed is a name, so it never stands in an address."""
    words = request.POST.get("q", "").replace("\0", "")[:120]
    found = queries.people_found(request.viewer, words)[:MOST]
    return render(request, "people/erasures.html", {"found": found, "words": words, "most": MOST})


def erasure(request: SignedInRequest, code: str) -> HttpResponse:
    """Show what goes and what stays, and erase once the code is typed."""
    person = get_object_or_404(queries.people_visible_to(request.viewer), code=code)
    form = ErasureForm(request.POST or None, person=person)
    by, now = request.viewer.actor, clock.now()
    if saved(form, lambda: persons.pseudonymise(person=person, by=by, now=now)):
        toasts.success(request, _("The data were erased."))
        return redirect("erasure", code)
    page = {"page": erasure_page(person, clock.now()), "form": form}
    return render(request, "people/erasure.html", page, status=status(form))
