"""What happens to a consent: a passenger invites somebody by digits, or the desk takes it; anybody of them ends it."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.people.actions.messages import NewMessage, tell
from machikado.town.people.models import Account, Channel, Person
from machikado.town.people.permissions import require
from machikado.town.people.telephone import digits_of
from machikado.town.ride.actions import consent_diary, last_use
from machikado.town.ride.actions.authority import Ridden
from machikado.town.ride.events.consents import ConsentEnded, ConsentGiven, ConsentInvited
from machikado.town.ride.models import BookingConsent, ConsentInvitation, Relation
from machikado.town.ride.models.consents import DIGITS
from machikado.town.ride.queries.consents import MOST_PROXIES, MOST_RIDERS_OF_PROXY, in_force, proxies_of, riders_of

VALID = timedelta(minutes=30)  # real time: a telephone call, and time to sign in


class CannotAgree(Cannot):
    """A consent that cannot begin; nothing was changed."""

    sentences = {
        "unknown": _(
            "These digits open nothing. They may be mistyped, used or too old. Please ask for new ones: they are good "
            "for half an hour."
        ),
        "many_tries": _("There were too many wrong tries. Please wait an hour, or telephone the centre."),
        "yourself": _("These are your own digits. Please tell them to whoever is to book for you."),
        "same": _("Passenger and proxy are the same person. Please choose another one."),
        "words": _("Please write what they are to the passenger."),
        "no_sign_in": _("This person cannot sign in yet. They need a sign-in first, so that they can book."),
        "erased": _("The data of this person were erased."),
        "past": _("The last day has passed already. Please choose a later one."),
        "future": _("The consent cannot be given on a day that is still to come."),
        "many_proxies": _("%(count)s people may book for this passenger, which is the most. Please end one first."),
        "many_riders": _(
            "This person may book for %(count)s passengers, which is the most. Please telephone the centre."
        ),
    }


@dataclass(frozen=True, slots=True)
class NewConsent:
    """What somebody is to the passenger, and until when they may book."""

    relation: str
    relation_words: str = ""
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """Who may book, how that was said (to the desk: on paper or by telephone), and on which day."""

    proxy: Person
    how: str
    on: date


def invite(*, rider: Person, new: NewConsent, by: Actor, now: datetime, real: datetime) -> ConsentInvitation:
    """Give a passenger digits to tell to whoever is to book for them. Asked again the same, they stay the same.

    Other ones take their place; `real` is real time. Raises CannotAgree.
    """
    require(by, may="ride.agree", on=rider)
    new = _sound(new, now)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=rider.pk)
        if (count := proxies_of(rider, now).count()) >= MOST_PROXIES:
            raise CannotAgree("many_proxies", count=count)
        facts = {"relation": new.relation, "relation_words": new.relation_words, "ends_on": new.ends_on}
        unused = ConsentInvitation.objects.filter(rider=rider, consent=None)
        if (standing := unused.filter(valid_until__gt=real, **facts).first()) is not None:
            return standing
        consent_diary.forget(unused.values_list("code", flat=True))
        unused.delete()
        made = ConsentInvitation.objects.create(
            rider=rider, digits=_fresh_digits(), made_at=now, valid_until=real + VALID, **facts
        )
        consent_diary.write_invitation(ConsentInvited(code=made.code, relation=made.relation), made, by=by, now=now)
    return made


def _fresh_digits() -> str:
    while True:
        digits = "".join(secrets.choice("0123456789") for _place in range(DIGITS))
        if not ConsentInvitation.objects.filter(digits=digits).exists():
            return digits


def accept(*, typed: str, proxy: Person, by: Actor, now: datetime, real: datetime) -> BookingConsent:
    """Somebody types the digits that a passenger told them, and may book from now on. Typed twice, it is one consent.

    Nobody learns of which digits there are, nor why some open nothing. Raises CannotAgree.
    """
    require(by, may="ride.agree", on=proxy)
    with transaction.atomic():
        rows = ConsentInvitation.objects.select_for_update()  # what hangs on it is read after the lock
        found = rows.filter(digits=digits_of(typed)).first()
        if found is None or (found.consent is None and _is_over(found, now, real)):
            raise CannotAgree("unknown")
        if found.rider_id == proxy.pk:
            raise CannotAgree("yourself")
        if found.consent is not None:
            if found.consent.proxy_id != proxy.pk or not in_force(now).filter(pk=found.consent.pk).exists():
                raise CannotAgree("unknown")
            return found.consent
        new = NewConsent(found.relation, found.relation_words, found.ends_on)
        made = _begin(found.rider, new, Taken(proxy, BookingConsent.How.SCREEN, town_date(now)), by, now)
        before = ConsentInvitation.objects.filter(consent=made)  # digits before, to the same person
        consent_diary.forget(before.values_list("code", flat=True))
        before.delete()
        found.consent = made
        found.save(update_fields=["consent"])
    return made


def _is_over(found: ConsentInvitation, now: datetime, real: datetime) -> bool:
    return found.valid_until <= real or (found.ends_on is not None and found.ends_on < town_date(now))


def take(*, rider: Person, new: NewConsent, taken: Taken, by: Actor, now: datetime) -> BookingConsent:
    """The desk takes a consent that was given on paper or by telephone. Taken twice, it is one. Raises CannotAgree."""
    require(by, may="ride.take_consent")
    new = _sound(new, now)
    if taken.on > town_date(now):
        raise CannotAgree("future")
    with transaction.atomic():
        return _begin(rider, new, taken, by, now)


def _sound(new: NewConsent, now: datetime) -> NewConsent:
    """The same without words that say nothing. Raises CannotAgree."""
    is_other = new.relation == Relation.OTHER
    words = new.relation_words.strip()[:40] if is_other else ""
    if is_other and not words:
        raise CannotAgree("words")
    if new.ends_on is not None and new.ends_on < town_date(now):
        raise CannotAgree("past")
    return NewConsent(Relation(new.relation), words, new.ends_on)


def _begin(rider: Person, new: NewConsent, taken: Taken, by: Actor, now: datetime) -> BookingConsent:
    """In the caller's transaction: the one that stands, if it says the same; else one that takes its place."""
    proxy = taken.proxy
    _check_people(rider, proxy)
    standing = BookingConsent.objects.filter(rider=rider, proxy=proxy, ended_at=None).first()
    if standing is not None:
        said = (standing.relation, standing.relation_words, standing.ends_on)
        if said == (new.relation, new.relation_words, new.ends_on) and in_force(now).filter(pk=standing.pk).exists():
            return standing
        _end(standing, BookingConsent.End.RENEWED, by, now)
    _check_counts(rider, proxy, now)
    made = BookingConsent.objects.create(
        rider=rider,
        proxy=proxy,
        relation=new.relation,
        relation_words=new.relation_words,
        ends_on=new.ends_on,
        how=BookingConsent.How(taken.how),
        given_on=taken.on,
        taken_by_id=None if taken.how == BookingConsent.How.SCREEN else by.person_id,
        begins_at=now,
    )
    for person in (rider, proxy):
        last_use.use(person, town_date(now), now)
    consent_diary.write(_given(made), made, by=by, now=now)
    _tell_begun(made, by, now)
    return made


def _check_people(rider: Person, proxy: Person) -> None:
    """Both are there, and held until the transaction ends. Raises CannotAgree."""
    if rider.pk == proxy.pk:
        raise CannotAgree("same")
    held = list(Person.objects.select_for_update().filter(pk__in=(rider.pk, proxy.pk)).order_by("pk"))
    if any(person.pseudonymised_at is not None for person in held):
        raise CannotAgree("erased")
    if not Account.objects.filter(person=proxy, is_active=True).exists():
        raise CannotAgree("no_sign_in")


def _check_counts(rider: Person, proxy: Person, now: datetime) -> None:
    if (count := proxies_of(rider, now).count()) >= MOST_PROXIES:
        raise CannotAgree("many_proxies", count=count)
    if (count := riders_of(proxy.pk, now).count()) >= MOST_RIDERS_OF_PROXY:
        raise CannotAgree("many_riders", count=count)


def end(*, consent: BookingConsent, by: Actor, now: datetime) -> None:
    """End a consent at once; ended twice, it is ended once. What is booked stays booked, and is the passenger's."""
    require(by, may="ride.end_consent", on=Ridden(consent.rider_id, frozenset({consent.proxy_id})))
    with transaction.atomic():
        rows = BookingConsent.objects.select_for_update(of=("self",)).select_related("rider", "proxy")
        held = rows.get(pk=consent.pk)
        if held.ended_at is not None:
            return
        own = {held.rider_id: BookingConsent.End.RIDER, held.proxy_id: BookingConsent.End.PROXY}
        ended_as = own.get(by.person_id or 0, BookingConsent.End.DESK)
        _end(held, ended_as, by, now)
        if ended_as != BookingConsent.End.RIDER and not _says_it_to_the_desk(held, by):
            tell(held.rider, NewMessage("ride.consent_over", url=reverse("ride:proxies")), now=now)
        if ended_as != BookingConsent.End.PROXY:
            tell(held.proxy, NewMessage("ride.proxy_over", url=reverse("ride:for_others")), now=now)


def _end(held: BookingConsent, ended_as: BookingConsent.End, by: Actor, now: datetime) -> None:
    held.ended_at, held.ended_as = now, ended_as
    held.save(update_fields=["ended_at", "ended_as"])
    consent_diary.write(ConsentEnded(code=held.code, ended_as=held.ended_as), held, by=by, now=now)


def _given(made: BookingConsent) -> ConsentGiven:
    return ConsentGiven(
        code=made.code,
        relation=made.relation,
        how=made.how,
        given_on=made.given_on.isoformat(),
        ends_on=made.ends_on.isoformat() if made.ends_on else "",
        terms=made.terms,
    )


def _tell_begun(made: BookingConsent, by: Actor, now: datetime) -> None:
    """Whoever did not do it themselves just now hears of it; a passenger of the telephone said it to the desk."""
    if not _says_it_to_the_desk(made, by):
        tell(made.rider, NewMessage("ride.consent_begun", url=reverse("ride:proxies")), now=now)
    if by.person_id != made.proxy_id:
        tell(made.proxy, NewMessage("ride.proxy_begun", url=reverse("ride:for_others")), now=now)


def _says_it_to_the_desk(consent: BookingConsent, by: Actor) -> bool:
    return consent.rider.channel == Channel.CALL and by.person_id != consent.proxy_id
