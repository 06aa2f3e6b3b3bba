"""One's own pages: what was told to me, and how I want to be told."""

from django.conf import settings
from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from machikado.town.common import clock
from machikado.town.common.acting import saved, status
from machikado.town.people import queries
from machikado.town.people.actions import messages, persons
from machikado.town.people.cookies import keep
from machikado.town.people.forms import MeForm
from machikado.town.people.models import Person
from machikado.town.people.viewer import SignedInRequest

PAGE = 20
UNREAD = "unread"


def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the titles of what was told to the viewer, unread first; ?show=unread leaves out what was read.

    What is searched for may be a name: it comes by POST alone, and stands in no address.
    """
    asked = request.POST if request.method == "POST" else request.GET
    only_unread, words = asked.get("show") == UNREAD, request.POST.get("q", "").replace("\0", "")[:120]
    told, unread = queries.inbox(request.viewer), queries.unread(request.viewer)
    told = told.filter(read_at=None) if only_unread else told
    found = queries.messages_found(told, words) if words.strip() else told
    page = Paginator(found, PAGE).get_page(asked.get("page"))
    tabs = [
        {"label": _("All"), "url": reverse("inbox"), "current": not only_unread},
        {"label": _("Not read"), "url": f"{reverse('inbox')}?show={UNREAD}", "current": only_unread, "count": unread},
    ]
    context = {"page": page, "unread": unread, "tabs": tabs, "words": words, "only_unread": only_unread}
    return render(request, "people/inbox.html", context)


def message(request: SignedInRequest, code: str) -> HttpResponse:
    """One message with what it says. Looking changes nothing; the list marks it as read on the way here."""
    found = get_object_or_404(queries.inbox(request.viewer), code=code)
    return render(request, "people/message.html", {"message": found})


def read(request: SignedInRequest, code: str) -> HttpResponse:
    """Mark one message as read and open it."""
    found = get_object_or_404(queries.inbox(request.viewer), code=code)
    messages.read(message=found, by=request.viewer.actor, now=clock.now())
    return redirect("message", code)


def read_all(request: SignedInRequest) -> HttpResponse:
    """Mark every message as read."""
    person = get_object_or_404(Person, pk=request.viewer.person_id)
    count = messages.read_all(person=person, by=request.viewer.actor, now=clock.now())
    if count:
        toasts.success(request, _("Everything is marked as read."))
    return redirect("inbox")


def me(request: SignedInRequest) -> HttpResponse:
    """Show and change how the viewer is told, the language and the letters."""
    person = get_object_or_404(Person, pk=request.viewer.person_id)
    chosen = {
        "channel": person.channel,
        "language": request.viewer.language,
        "letters": request.COOKIES.get("letters", "normal"),
    }
    form = MeForm(request.POST or None, initial=chosen)
    if saved(form, lambda: _choose(request, person, form.cleaned_data), "channel"):
        return _chosen(request, form.cleaned_data)
    page = {"form": form, "email": queries.sign_in_address(request.viewer)}
    return render(request, "people/me.html", page, status=status(form))


def _choose(request: SignedInRequest, person: Person, chosen: dict[str, str]) -> None:
    choices = persons.Choices(channel=chosen["channel"], language=chosen["language"])
    persons.choose(person=person, choices=choices, by=request.viewer.actor, now=clock.now())


def _chosen(request: SignedInRequest, chosen: dict[str, str]) -> HttpResponse:
    """Say so in the language that was chosen, and keep both choices in this browser."""
    with override(chosen["language"]):
        toasts.success(request, _("Saved. We will contact you in this way."))
    response = redirect("me")
    keep(response, settings.LANGUAGE_COOKIE_NAME, chosen["language"])
    keep(response, "letters", chosen["letters"])
    return response
