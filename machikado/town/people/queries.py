"""Questions about people that span rows, always asked for somebody who looks."""

import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.db.models import F, Q, QuerySet

from machikado.town.common.actors import Grant
from machikado.town.common.codes import heard
from machikado.town.common.japanese import search_key
from machikado.town.people.models import (
    Account,
    Channel,
    ContactPoint,
    Invitation,
    Membership,
    Message,
    Organisation,
    Person,
    Role,
    Town,
    Worker,
)
from machikado.town.people.sentences import sentence, title
from machikado.town.people.viewer import Viewer

SAMPLE_DOMAIN = "sample.machikado.example"
# The others may be chosen already; what is told by them waits in its queue.
ARRIVES = frozenset({Channel.SCREEN, Channel.MAIL})


def viewer_of(account: Account) -> Viewer:
    """Return who this account is now. No query for the account of a request, which has all of it (backends.py)."""
    worker = getattr(account.person, "worker", None)
    return Viewer(
        account_id=account.pk,
        person_id=account.person_id,
        worker_id=worker.pk if worker else None,
        name=str(account.person),
        language=account.language,
        grants=grants_of(account.person) if account.grants is None else account.grants,
    )


def grants_of(person: Person) -> frozenset[Grant]:
    """Return the roles that a person holds now."""
    held = Membership.objects.filter(person=person, until=None).values_list("role", "organisation_id")
    return frozenset(Grant(role, organisation_id) for role, organisation_id in held)


def people_visible_to(viewer: Viewer) -> QuerySet[Person]:
    """Staff see everybody; a client sees the people of its own organisations; everybody sees themselves."""
    if viewer.is_staff:
        return Person.objects.all()
    colleagues = Q(memberships__organisation_id__in=viewer.organisation_ids(Role.CLIENT), memberships__until=None)
    return Person.objects.filter(colleagues | Q(pk=viewer.person_id)).distinct()


def organisations_visible_to(viewer: Viewer) -> QuerySet[Organisation]:
    """Staff see every organisation; others those to which they belong."""
    if viewer.is_staff:
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=[grant.organisation_id for grant in viewer.grants])


def people_found(viewer: Viewer, words: str) -> QuerySet[Person]:
    """The people whose name, reading, address to sign in or code matches what was typed; nobody for nothing."""
    typed = unicodedata.normalize("NFKC", words).strip()
    if not typed:
        return Person.objects.none()
    people = people_visible_to(viewer)
    for word in typed.split():
        people = people.filter(
            Q(family_name__icontains=word)
            | Q(given_name__icontains=word)
            | Q(family_kana__icontains=word)
            | Q(given_kana__icontains=word)
            | Q(account__email__iexact=word)
            | Q(code=heard(word))
        )
    return people.order_by("family_kana", "given_kana", "pk")


def inbox(viewer: Viewer) -> QuerySet[Message]:
    """What was told to the viewer, unread first, then the newest first."""
    return Message.objects.filter(person_id=viewer.person_id).order_by(
        F("read_at").asc(nulls_first=True), "-made_at", "-pk"
    )


def messages_found(messages: Iterable[Message], words: str) -> list[Message]:
    """Those of some messages that say every word, in the language that is active, as typed on any keyboard."""
    keys = [key for word in words.split() if (key := search_key(word))]
    said = (
        (each, search_key(f"{title(each.kind, each.params)} {sentence(each.kind, each.params)}")) for each in messages
    )
    return [each for each, text in said if all(key in text for key in keys)]


def unread(viewer: Viewer) -> int:
    """How many messages the viewer has not read."""
    return Message.objects.filter(person_id=viewer.person_id, read_at=None).count()


def invitations_visible_to(viewer: Viewer) -> QuerySet[Invitation]:
    """A coordinator sees every invitation, a client those of its own organisations, everybody else none."""
    rows = Invitation.objects.select_related("person", "organisation", "message").order_by("-made_at", "-pk")
    if Role.COORDINATOR in viewer.roles:
        return rows
    return rows.filter(organisation_id__in=viewer.organisation_ids(Role.CLIENT))


def invitations_of(organisation: Organisation) -> QuerySet[Invitation]:
    """Who was invited to act for an organisation, the newest first."""
    rows = Invitation.objects.filter(organisation=organisation).select_related("person", "message")
    return rows.order_by("-made_at", "-pk")


def members(organisation: Organisation, role: str) -> QuerySet[Person]:
    """The people who hold `role` in an organisation now."""
    held = Membership.objects.filter(organisation=organisation, role=role, until=None)
    return Person.objects.filter(pk__in=held.values("person")).order_by("family_kana", "family_name", "pk")


def town() -> Town | None:
    """The town's one row, or None while it is not founded."""
    return Town.objects.first()


def centre() -> Organisation:
    """The regional centre that this installation serves. Raises DoesNotExist while the town is not founded."""
    return Organisation.objects.get(kind=Organisation.Kind.CENTRE)


def staff_of_the_centre(role: str) -> QuerySet[Person]:
    """The people who hold `role` in the centre now."""
    return Person.objects.filter(
        memberships__role=role, memberships__organisation__kind=Organisation.Kind.CENTRE, memberships__until=None
    ).order_by("pk")


def mail_address(person: Person) -> str:
    """Where mail for this person goes: the contact address, else the address that signs in, else nothing."""
    contact = person.contact_points.filter(kind=ContactPoint.Kind.MAIL).order_by("pk").first()
    if contact:
        return contact.value
    account = Account.objects.filter(person=person, is_active=True).first()
    return account.email if account else ""


def told_by_message(people: Iterable[int]) -> set[int]:
    """Those of the people (ids) whom a message reaches: on the screen if they sign in, by mail and SMS if it can be."""
    asked = list(people)
    sign_in = Account.objects.filter(person__in=asked, is_active=True)
    mail = ContactPoint.objects.filter(person__in=asked, kind=ContactPoint.Kind.MAIL)
    rows = Person.objects.filter(pk__in=asked, pseudonymised_at=None)
    on_screen = Q(channel=Channel.SCREEN, pk__in=sign_in.values("person"))
    by_mail = Q(channel=Channel.MAIL) & (Q(pk__in=sign_in.values("person")) | Q(pk__in=mail.values("person")))
    phone = ContactPoint.objects.filter(person__in=asked, kind=ContactPoint.Kind.PHONE)
    by_sms = Q(channel=Channel.SMS, pk__in=phone.values("person")) if settings.SMS_SENDER else Q(pk=None)
    return set(rows.filter(on_screen | by_mail | by_sms).values_list("pk", flat=True))


def language_of(person: Person) -> str:
    """The language in which this person is told things."""
    account = Account.objects.filter(person=person).only("language").first()
    return account.language if account else settings.LANGUAGE_CODE


def languages_of(people: Iterable[int]) -> dict[int, str]:
    """The language in which each of the people (ids) is told things."""
    asked = list(people)
    spoken = dict(Account.objects.filter(person__in=asked).values_list("person", "language"))
    return {person: spoken.get(person, settings.LANGUAGE_CODE) for person in asked}


def sign_in_address(viewer: Viewer) -> str:
    """The address with which the viewer signs in."""
    return Account.objects.only("email").get(pk=viewer.account_id).email


def sample_accounts() -> QuerySet[Account]:
    """The accounts that a demo sign-in link may open: made-up people with a made-up address, nobody else."""
    return (
        Account.objects.filter(person__is_sample=True, is_active=True, email__endswith=f"@{SAMPLE_DOMAIN}")
        .select_related("person__worker")
        .order_by("pk")
    )


def workers(states: Iterable[str] = (Worker.State.ACTIVE,)) -> QuerySet[Worker]:
    """The workers who are in one of `states`."""
    return Worker.objects.filter(state__in=tuple(states)).select_related("person").order_by("pk")
