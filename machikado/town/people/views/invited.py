"""Coming in by an invitation: the link is put away at once, then name, organisation and password are confirmed."""

from django.conf import settings
from django.contrib import messages as toasts
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from machikado.town.common import clock, limits
from machikado.town.common.acting import saved, status
from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.people import sign_in
from machikado.town.people.actions import coming_in, invitations
from machikado.town.people.cookies import keep_language
from machikado.town.people.forms_of_invitations import AddressForm, NewcomerForm, PaperForm
from machikado.town.people.invitation_links import Way, spoken_secret, way_of
from machikado.town.people.models import Invitation
from machikado.town.people.queries import mail_address
from machikado.town.people.viewer import Viewer

KEY = "invitation"
WRONG_PER_HOUR = 10  # from one address


@never_cache
def open_link(request: HttpRequest, code: str, secret: str) -> HttpResponse:
    """Put the link into the session and go on at an address without it, so that it stays in no history."""
    try:
        found = _tried(request, code, secret)
    except Cannot as refusal:
        page = {"sentence": refusal.sentence, "wait": True}
        return render(request, "people/invitation_over.html", page, status=429)
    return _put_away(request, found, code, secret)


def _put_away(request: HttpRequest, found: Invitation | None, code: str, secret: str) -> HttpResponse:
    if found is not None and not settings.MACHIKADO_READ_ONLY:
        invitations.opened(invitation=found, now=clock.now())
    request.session[KEY] = [code, secret]
    return redirect("invitation")


def _tried(request: HttpRequest, code: str, secret: str) -> Invitation | None:
    """What the link opens. Only wrong ones count, so that a room full of newcomers comes in from one address.

    Raises CannotComeIn.
    """
    place = limits.take("people.invitation", sign_in.client_ip(request), WRONG_PER_HOUR)
    if place is None:
        raise coming_in.CannotComeIn("many")
    found, _way = _of(code, secret)
    if found is not None:
        limits.give_back(place)
    return found


@never_cache
def invitation(request: HttpRequest) -> HttpResponse:
    """Show what the invitation is for and let its holder come in; without one, ask for what stands on the paper."""
    if KEY not in request.session:
        return _from_paper(request)
    found, way = _of(*request.session[KEY])
    if found is None:
        return render(request, "people/invitation_over.html", {"sentence": ""})
    try:
        coming_in.may_use(found, clock.now())
    except Cannot as refusal:
        return render(request, "people/invitation_over.html", {"sentence": refusal.sentence, "invitation": found})
    if getattr(request, "viewer", None) is not None:
        return _join(request, found, request.viewer)  # type: ignore[attr-defined]
    return _come_in(request, found) if way == Way.MAIL else _address(request, found)


def leave(request: HttpRequest) -> HttpResponse:
    """Put the invitation away: it is not used, and this browser forgets it."""
    request.session.pop(KEY, None)
    return redirect("front")


def _of(code: str, secret: str) -> tuple[Invitation | None, Way | None]:
    """The invitation to which this link belongs, if it is its newest one, and how it was sent."""
    found = Invitation.objects.select_related("person", "organisation").filter(code=code).first()
    way = way_of(found, secret) if found is not None else None
    return (found, way) if way else (None, None)


def _from_paper(request: HttpRequest) -> HttpResponse:
    """Ask for number and secret word."""
    form = PaperForm(request.POST or None)
    if not form.is_valid():
        return render(request, "people/invitation_paper.html", {"form": form}, status=status(form))
    code, secret = form.cleaned_data["number"], form.cleaned_data["secret"]
    try:
        found = _tried(request, code, secret)
    except Cannot as refusal:
        form.add_error(None, refusal.sentence)
        return render(request, "people/invitation_paper.html", {"form": form}, status=429)
    if found is not None:
        return _put_away(request, found, code, secret)
    form.add_error(None, _("Number and secret word do not belong together. Please compare both with the letter."))
    return render(request, "people/invitation_paper.html", {"form": form}, status=422)


def _address(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Somebody came with the paper: the address that they type gets a fresh link, whoever it belongs to.

    Also where an address is known: the paper does not prove that it belongs to whoever holds it.
    """
    form = AddressForm(request.POST or None)
    if saved(form, lambda: invitations.name_address(invitation=found, **form.cleaned_data, now=clock.now())):
        request.session.pop(KEY, None)
        return render(request, "people/invitation_sent.html", {"mail": form.cleaned_data["mail"]})
    page = {"form": form, "invitation": found}
    return render(request, "people/invitation_address.html", page, status=status(form))


def _come_in(request: HttpRequest, found: Invitation) -> HttpResponse:
    """Somebody new: name, password, yes."""
    known = {"family_name": found.person.family_name, "given_name": found.person.given_name}
    form = NewcomerForm(request.POST or None, initial=known, organisation=found.organisation.name)
    if saved(form, lambda: _open_sign_in(request, found, form)):
        toasts.success(request, _("Welcome. You can now sign in with this address and password."))
        return keep_language(redirect(found.url), form.newcomer().language)
    page = {"form": form, "invitation": found, "mail": mail_address(found.person)}
    return render(request, "people/invitation.html", page, status=status(form))


def _open_sign_in(request: HttpRequest, found: Invitation, form: NewcomerForm) -> None:
    account = coming_in.come_in(invitation=found, newcomer=form.newcomer(), now=clock.now())
    request.session.pop(KEY, None)
    login(request, account, backend=sign_in.BACKEND)


def _join(request: HttpRequest, found: Invitation, viewer: Viewer) -> HttpResponse:
    """Somebody who is signed in: a yes."""
    if request.method == "POST":
        try:
            coming_in.join(invitation=found, by=viewer.actor, now=clock.now())
        except Cannot as refusal:
            toasts.error(request, refusal.sentence)
            return redirect("invitation")
        request.session.pop(KEY, None)
        toasts.success(request, _("You act for %(organisation)s from now on.") % {"organisation": found.organisation})
        return redirect(found.url)
    return render(request, "people/invitation_join.html", {"invitation": found})


@never_cache
def letter(request: HttpRequest, code: str) -> HttpResponse:
    """The invitation as a letter to print, for somebody without e-mail."""
    found = get_object_or_404(Invitation.objects.select_related("person", "organisation"), code=code)
    is_open = found.is_open(town_date(clock.now()))
    secret = spoken_secret(found) if is_open else ""
    page = {"invitation": found, "is_open": is_open, "secret": secret, "site": settings.SITE_URL}
    return render(request, "people/invitation_letter.html", page)
