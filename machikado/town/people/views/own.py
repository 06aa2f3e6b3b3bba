"""One's own pages: what was told to me, and how I want to be told."""

from django.conf import settings
from django.contrib import messages as toasts
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override

from machikado.town.common import clock
from machikado.town.people import queries
from machikado.town.people.actions import messages, persons
from machikado.town.people.cookies import keep
from machikado.town.people.forms import MeForm
from machikado.town.people.models import Person
from machikado.town.people.viewer import SignedInRequest

PAGE = 20


def inbox(request: SignedInRequest) -> HttpResponse:
    """Show what was told to the viewer, unread first."""
    page = Paginator(queries.inbox(request.viewer), PAGE).get_page(request.GET.get("page"))
    return render(request, "people/inbox.html", {"page": page, "unread": queries.unread(request.viewer)})


def read(request: SignedInRequest, code: str) -> HttpResponse:
    """Mark one message as read and go where it leads."""
    message = get_object_or_404(queries.inbox(request.viewer), code=code)
    messages.read(message=message, by=request.viewer.actor, now=clock.now())
    return redirect(message.url or "inbox")


def me(request: SignedInRequest) -> HttpResponse:
    """Show and change how the viewer is told, the language and the letters."""
    person = get_object_or_404(Person, pk=request.viewer.person_id)
    chosen = {
        "channel": person.channel,
        "language": request.viewer.language,
        "letters": request.COOKIES.get("letters", "normal"),
    }
    form = MeForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        return _choose(request, person, form)
    return render(request, "people/me.html", {"form": form, "email": queries.sign_in_address(request.viewer)})


def _choose(request: SignedInRequest, person: Person, form: MeForm) -> HttpResponse:
    chosen = form.cleaned_data
    try:
        choices = persons.Choices(channel=chosen["channel"], language=chosen["language"])
        persons.choose(person=person, choices=choices, by=request.viewer.actor, now=clock.now())
    except persons.CannotChangePerson as refusal:
        form.add_error("channel", refusal.sentence)
        return render(request, "people/me.html", {"form": form, "email": queries.sign_in_address(request.viewer)})
    with override(chosen["language"]):
        toasts.success(request, _("Kept. We will tell you in this way."))
    response = redirect("me")
    keep(response, settings.LANGUAGE_COOKIE_NAME, chosen["language"])
    keep(response, "letters", chosen["letters"])
    return response
