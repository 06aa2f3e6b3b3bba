"""Mail and SMS out of the house: the intent is a row, sending is outside every transaction, the result is a row."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from machikado.town.common import chores, clock
from machikado.town.common.calendar import town_date
from machikado.town.common.models import Effect
from machikado.town.people import sms
from machikado.town.people.invitation_links import path_of
from machikado.town.people.models import Account, Channel, Invitation, Message, SendResult
from machikado.town.people.queries import language_of, mail_address, town
from machikado.town.people.sentences import sentence, title

# After the n-th failure the next try waits so long; the last entry is the end of trying.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 25, 120, 600))
NO_ANSWER_AFTER = timedelta(minutes=10)
RESET_EVERY_MINUTES = 5
ENDS = frozenset({"no_address", "over"})  # trying again would change nothing

log = structlog.get_logger()


@chores.chore(queue="now")
def send_message(message_id: int) -> None:
    """Send one message by mail or SMS, unless it was sent, or another process is just sending it."""
    now = clock.real_now()
    rows = Message.objects.select_related("person").filter(channel__in=sent_by_itself())
    message = rows.filter(pk=message_id).first()
    if message is None or message.state != Message.State.WAITING:
        return
    tries = message.results.count()
    with transaction.atomic():
        if not chores.once(_try_key(message_id, tries), now):
            return
    note = sms.send(message, clock.now()) if message.channel == Channel.SMS else _mail(message)
    _write_result(message, SendResult(message=message, at=clock.real_now(), ok=not note, note=note))


def sent_by_itself() -> tuple[Channel, ...]:
    """The channels on which messages go out by themselves; what is told on the others waits in its queue."""
    return (Channel.MAIL, Channel.SMS) if sms.is_plugged_in() else (Channel.MAIL,)


def _mail(message: Message) -> str:
    """Send it and return nothing, or what came of it."""
    letter = _letter(message, mail_address(message.person))
    return letter if isinstance(letter, str) else _send(letter)


def _try_key(message_id: int, tries: int) -> str:
    """Each try happens once: whoever writes this key sends."""
    return f"mail:{message_id}:{tries}"


def _letter(message: Message, address: str) -> EmailMessage | str:
    """The letter, or why there is none: nobody knows an address, or the link that it would carry opens nothing."""
    if not address:
        return "no_address"
    invitation = Invitation.objects.select_related("organisation").filter(message=message).first()
    if message.kind == "people.invited" and (invitation is None or not invitation.is_open(town_date(clock.now()))):
        return "over"
    path = path_of(invitation) if invitation else message.url
    template = "people/letters/invitation.txt" if invitation else "people/letters/message.txt"
    place = town()
    with translation.override(language_of(message.person)):
        told = {"sentence": sentence(message.kind, message.params), "url": f"{settings.SITE_URL}{path}" if path else ""}
        body = render_to_string(template, {**told, "town": place, "invitation": invitation})
        words = {"title": title(message.kind, message.params), "town": place or ""}
        subject = _("%(title)s (Machikado %(town)s)") % words
    return EmailMessage(subject, body, to=[address], headers={"X-Machikado-Message": message.code})


def _send(letter: EmailMessage) -> str:
    """Send it and return nothing, or the kind of failure (never its text, which may hold an address)."""
    try:
        letter.send()
    except Exception as error:  # whatever a mail server does, the message stays and is tried again
        log.warning("mail_failed", failure=type(error).__name__)
        return type(error).__name__
    return ""


@transaction.atomic
def _write_result(message: Message, result: SendResult) -> None:
    result.save()
    failures = message.results.filter(ok=False).count()
    if result.ok:
        state = Message.State.READ if message.read_at else Message.State.SENT
    elif result.note in ENDS or failures >= len(BACK_OFF):
        state = Message.State.FAILED
    else:
        return
    Message.objects.filter(pk=message.pk, state=Message.State.WAITING).update(state=state)


def try_again(_town: datetime) -> int:
    """Tick: send what waits for mail or SMS. Mail servers live in real time, also where the town's day goes faster."""
    return send_waiting(clock.real_now())


def send_waiting(now: datetime) -> int:
    """Try what waits for mail or SMS and waited long enough after its last failure (real time). Returns how many."""
    sent = 0
    waiting = Message.objects.filter(channel__in=sent_by_itself(), state=Message.State.WAITING)
    for message in waiting.order_by("pk")[:200]:
        results = list(message.results.order_by("pk"))
        claimed = Effect.objects.filter(key=_try_key(message.pk, len(results))).first()
        if claimed is not None:
            if claimed.at < now - NO_ANSWER_AFTER:  # its process died while sending: nobody knows, so try again
                _write_result(message, SendResult(message=message, at=now, ok=False, note="no_answer"))
            continue
        if not results or results[-1].at + BACK_OFF[len(results) - 1] <= now:  # without any, its chore was lost
            send_message.call(message.pk)
            sent += 1
    return sent


@chores.chore(queue="now")
def send_reset(account_id: int | None, asked_at: str) -> None:
    """Send the link with which a forgotten password is replaced; at most one in five minutes for an account."""
    if account_id is None:
        return
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        return
    now = datetime.fromisoformat(asked_at)
    minute = now.minute - now.minute % RESET_EVERY_MINUTES
    with transaction.atomic():
        if not chores.once(f"reset:{account_id}:{now:%Y%m%d%H}{minute:02}", now):
            return
    _send(_reset_letter(account))


def _reset_letter(account: Account) -> EmailMessage:
    """The letter; its link works once and for settings.PASSWORD_RESET_TIMEOUT seconds."""
    uid = urlsafe_base64_encode(force_bytes(account.pk))
    path = reverse("password_new", kwargs={"uidb64": uid, "token": default_token_generator.make_token(account)})
    with translation.override(account.language):
        body = render_to_string(
            "people/letters/reset.txt",
            {"url": f"{settings.SITE_URL}{path}", "hours": settings.PASSWORD_RESET_TIMEOUT // 3600, "town": town()},
        )
        return EmailMessage(_("Machikado: choose a new password"), body, to=[account.email])
