"""A month of one's own rides, on the page, on paper and as a table; receipts; for a caller, at the desk."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted
from machikado.town.common.calendar import month_in
from machikado.town.people.models import Person
from machikado.town.people.queries import town
from machikado.town.people.viewer import SignedInRequest
from machikado.town.ride.actions import receipts
from machikado.town.ride.models import Receipt
from machikado.town.ride.queries.bookings import bookings_visible_to
from machikado.town.ride.queries.ridden import months_until, receipts_visible_to, ridden_in
from machikado.town.ride.views.ridden_page import party_words, ridden_page, table
from machikado.town.ride.views.whose import whose

FIRST = "receipt_issued"  # in the session: the receipt that was issued a moment ago and not shown yet


def record(request: SignedInRequest) -> HttpResponse:
    """The rides of one's own in a month."""
    return _record(request, Person.objects.get(pk=request.viewer.person_id))


def record_csv(request: SignedInRequest) -> HttpResponse:
    """The same as a table."""
    return _record_csv(request, Person.objects.get(pk=request.viewer.person_id))


def caller_record(request: SignedInRequest, code: str) -> HttpResponse:
    """The rides of whoever calls, for the desk to print."""
    return _record(request, get_object_or_404(Person, code=code, pseudonymised_at=None))


def caller_record_csv(request: SignedInRequest, code: str) -> HttpResponse:
    """The same as a table."""
    return _record_csv(request, get_object_or_404(Person, code=code, pseudonymised_at=None))


def receipt_issue(request: SignedInRequest, code: str) -> HttpResponse:
    """Give a ride its receipt, or open the one that it has."""
    row = get_object_or_404(bookings_visible_to(request.viewer), code=code)
    by, now = request.viewer.actor, clock.now()
    rider = whose(request.viewer, row.rider, now).person
    made: list[Receipt] = []
    is_first = not hasattr(row, "receipt")
    if acted(request, lambda: made.append(receipts.issue(booking=row, by=by, now=now)), _("Here is the receipt.")):
        if is_first:
            request.session[FIRST] = made[0].code
        return redirect("ride:receipt", made[0].code)
    return redirect("ride:record") if rider.pk == request.viewer.person_id else redirect("ride:caller", rider.code)


def receipt(request: SignedInRequest, code: str) -> HttpResponse:
    """A receipt to print; whenever it is shown after it was issued, it says that it was issued again."""
    row = get_object_or_404(receipts_visible_to(request.viewer), code=code)
    is_again = request.session.pop(FIRST, "") != row.code
    context = {
        "receipt": row,
        "again_at": clock.now() if is_again else None,
        "issuer": town(),
        "who": party_words(row.booking.riding.party.riders),
    }
    return render(request, "ride/ridden/receipt.html", context)


def _record(request: SignedInRequest, person: Person) -> HttpResponse:
    months = months_until(clock.now())
    first = month_in(months, request.GET.get("month", ""))
    page = ridden_page(person, ridden_in(person, first), months)
    is_desk = person.pk != request.viewer.person_id
    return render(request, "ride/ridden/month.html", {"page": page, "is_desk": is_desk})


def _record_csv(request: SignedInRequest, person: Person) -> HttpResponse:
    first = month_in(months_until(clock.now()), request.GET.get("month", ""))
    name = {"Content-Disposition": f'attachment; filename="rides-{first:%Y-%m}.csv"'}
    return HttpResponse(table(ridden_in(person, first)), content_type="text/csv; charset=utf-8", headers=name)
