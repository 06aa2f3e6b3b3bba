"""People are told things on the channel that they chose; mail goes out once, and is tried again when it fails."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from machikado.town.common import clock
from machikado.town.common.models import Effect, Event
from machikado.town.people import letters, queries
from machikado.town.people.actions import messages
from machikado.town.people.models import Channel, ContactPoint, Message, Person, SendResult
from machikado.town.people.permissions import CannotDo

NOW = clock.real_now()
NEW = messages.NewMessage("people.password_changed", url="/me/")


@pytest.fixture
def reader(cast):
    """A person who wants mail."""
    cast.nakajima.channel = Channel.MAIL
    cast.nakajima.save()
    ContactPoint.objects.create(person=cast.nakajima, kind="mail", value="akari@example.com")
    return cast.nakajima


class Closed(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, email_messages):
        raise ConnectionRefusedError("akari@example.com refused")


def send(message: Message) -> None:
    letters.send_message.call(message.pk)


def test_on_the_screen_a_message_is_there_at_once(cast):
    told = messages.tell(cast.nakajima, NEW, now=NOW)
    assert told.state == Message.State.SENT
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("channel", [Channel.SMS, Channel.PUSH, Channel.LINE, Channel.LETTER, Channel.CALL])
def test_other_channels_wait_in_their_queue(cast, channel):
    cast.nakajima.channel = channel
    told = messages.tell(cast.nakajima, NEW, now=NOW)
    assert (told.state, told.channel) == (Message.State.WAITING, channel)
    assert letters.send_waiting(NOW + timedelta(days=1)) == 0
    told.refresh_from_db()
    assert told.state == Message.State.WAITING


def test_a_message_without_a_sentence_is_refused(cast):
    with pytest.raises(messages.CannotTell, match="unknown"):
        messages.tell(cast.nakajima, messages.NewMessage("people.unheard_of"), now=NOW)
    assert not Message.objects.exists()


def test_many_are_told_at_once_each_on_their_channel_or_nobody(reader, cast):
    """Nakajima by mail, which goes out, Hara on the screen; with one message that nobody could read nothing is told."""
    with pytest.raises(messages.CannotTell):
        messages.tell_many([(reader, NEW), (cast.hara, messages.NewMessage("people.unheard_of"))], now=NOW)
    assert not Message.objects.exists()
    told = messages.tell_many([(reader, NEW), (cast.hara, NEW)], now=NOW)
    assert [(row.person, row.state) for row in told] == [(reader, "waiting"), (cast.hara, "sent")]
    assert Event.objects.filter(kind="people.message_told", code__in=[row.code for row in told]).count() == 2
    assert DBTaskResult.objects.filter(task_path=f"{letters.__name__}.send_message").count() == 1
    send(told[0])
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("reached", "state"), [(True, "sent"), (False, "failed")])
def test_whoever_was_telephoned_was_told_or_not_and_what_had_arrived_stays(cast, reached, state):
    cast.hara.channel = Channel.CALL
    waiting, arrived = messages.tell(cast.hara, NEW, now=NOW), messages.tell(cast.nakajima, NEW, now=NOW)
    messages.telephoned(messages=Message.objects.all(), reached=reached, by=cast.actor("momose"), now=NOW)
    waiting.refresh_from_db()
    arrived.refresh_from_db()
    assert (waiting.state, arrived.state) == (state, "sent")
    assert list(SendResult.objects.values_list("message", "ok", "note")) == [(waiting.pk, reached, "telephone")]
    with pytest.raises(CannotDo):
        messages.telephoned(messages=Message.objects.all(), reached=True, by=cast.actor("nakajima"), now=NOW)


def test_a_message_reaches_who_signs_in_or_has_an_address(cast):
    """On the screen Hara, who signs in, and not a stranger; by mail whoever has an address; nobody by telephone."""
    stranger = Person.objects.create(family_name="山田", channel=Channel.SCREEN)
    by_mail = Person.objects.create(family_name="田中", channel=Channel.MAIL)
    ContactPoint.objects.create(person=by_mail, kind="mail", value="tanaka@example.com")
    nowhere = Person.objects.create(family_name="中村", channel=Channel.MAIL)
    cast.momose.channel = Channel.CALL
    cast.momose.save()
    asked = [stranger.pk, by_mail.pk, nowhere.pk, cast.momose.pk, cast.hara.pk]
    assert queries.told_by_message(asked) == {by_mail.pk, cast.hara.pk}


@pytest.mark.smoke
def test_mail_is_sent_by_a_chore_in_the_language_of_the_reader_and_never_twice(reader, cast):
    told = messages.tell(reader, NEW, now=NOW)
    assert mail.outbox == []
    assert DBTaskResult.objects.filter(task_path=f"{letters.__name__}.send_message").count() == 1
    with translation.override("en"):
        send(told)
    send(told)
    letters.send_waiting(NOW + timedelta(days=1))
    (letter,) = mail.outbox
    assert letter.to == ["akari@example.com"]
    assert "パスワード" in str(letter.body)
    assert "/me/" in str(letter.body)
    told.refresh_from_db()
    assert told.state == Message.State.SENT
    assert list(told.results.values_list("ok", "note")) == [(True, "")]


def test_without_a_contact_address_mail_goes_where_the_person_signs_in(reader, cast):
    reader.contact_points.all().delete()
    told = messages.tell(reader, NEW, now=NOW)
    send(told)
    assert mail.outbox[0].to == [cast.account("nakajima").email]


def test_a_person_without_any_address_is_told_on_the_page_and_the_desk_sees_the_failure(reader):
    reader.contact_points.all().delete()
    reader.account.is_active = False
    reader.account.save()
    told = messages.tell(reader, NEW, now=NOW)
    send(told)
    told.refresh_from_db()
    assert told.state == Message.State.FAILED
    assert told.results.get().note == "no_address"


def test_a_failed_letter_is_tried_again_after_longer_and_longer_waits_and_then_given_up(reader, settings):
    settings.EMAIL_BACKEND = f"{__name__}.Closed"
    told = messages.tell(reader, NEW, now=NOW)
    send(told)
    assert letters.send_waiting(NOW + timedelta(seconds=30)) == 0
    at = clock.real_now()
    for wait in letters.BACK_OFF[:-1]:
        assert letters.send_waiting(at + wait - timedelta(seconds=10)) == 0
        assert letters.send_waiting(at + wait + timedelta(seconds=10)) == 1
    told.refresh_from_db()
    assert told.state == Message.State.FAILED
    assert told.results.count() == len(letters.BACK_OFF)
    assert not SendResult.objects.filter(note__contains="@").exists()
    assert letters.send_waiting(at + timedelta(days=9)) == 0


def test_after_a_failure_the_next_try_succeeds(reader, settings):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Closed"
    told = messages.tell(reader, NEW, now=NOW)
    send(told)
    settings.EMAIL_BACKEND = working
    letters.send_waiting(clock.real_now() + timedelta(minutes=2))
    told.refresh_from_db()
    assert told.state == Message.State.SENT
    assert len(mail.outbox) == 1


def test_two_processes_do_not_send_one_letter_at_once_and_a_dead_one_is_noticed(reader):
    told = messages.tell(reader, NEW, now=NOW)
    Effect.objects.create(key=f"mail:{told.pk}:0", at=NOW)  # another process has just begun
    send(told)
    assert letters.send_waiting(NOW + timedelta(minutes=9)) == 0
    assert mail.outbox == []
    letters.send_waiting(NOW + timedelta(minutes=11))
    assert told.results.get().note == "no_answer"
    letters.send_waiting(NOW + timedelta(minutes=13))
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("shift", [timedelta(days=9), -timedelta(days=9)])
def test_letters_are_tried_again_in_real_time_however_fast_the_town_lives(reader, settings, tmp_path, shift):
    settings.MACHIKADO_DEMO, settings.MACHIKADO_TOWN_SPEED, settings.MACHIKADO_HOME = True, 60, tmp_path
    clock.begin(clock.real_now() + shift)
    told = messages.tell(reader, NEW, now=clock.now())
    claim = Effect.objects.create(key=f"mail:{told.pk}:0", at=clock.real_now())  # another process has just begun
    tick = import_string(next(name for name in settings.TICKS if ".letters." in name))
    assert tick(clock.now()) == 0
    assert not told.results.exists()
    claim.at -= timedelta(minutes=11)
    claim.save()
    tick(clock.now())
    assert told.results.get().note == "no_answer"


@pytest.mark.parametrize("shift", [timedelta(days=9), -timedelta(days=9)])
def test_the_link_of_a_letter_holds_two_real_hours(reader, cast, client, settings, tmp_path, shift):
    settings.MACHIKADO_DEMO, settings.MACHIKADO_TOWN_SPEED, settings.MACHIKADO_HOME = True, 60, tmp_path
    clock.begin(clock.real_now() + shift)
    letters.send_reset.call(account_id=cast.account("nakajima").pk, asked_at=clock.real_now().isoformat())
    link = next(word for word in str(mail.outbox[0].body).split() if "/password/new/" in word)
    path = link.partition(settings.SITE_URL)[2]
    assert client.get(path).status_code == 302, "the link opens the form"
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert Client().get(path).status_code == 200, "a link that is over says so"


def test_reading_is_ones_own_and_counts_once(cast):
    told = messages.tell(cast.nakajima, NEW, now=NOW)
    with pytest.raises(CannotDo):
        messages.read(message=told, by=cast.actor("hara"), now=NOW)
    messages.read(message=told, by=cast.actor("nakajima"), now=NOW)
    messages.read(message=told, by=cast.actor("nakajima"), now=NOW + timedelta(hours=1))
    assert (told.state, told.read_at) == (Message.State.READ, NOW)


def test_the_inbox_shows_titles_unread_first_and_opens_one(cast, client_of):
    old = messages.tell(cast.nakajima, NEW, now=NOW - timedelta(days=1))
    new = messages.tell(cast.nakajima, messages.NewMessage("people.password_changed"), now=NOW)
    messages.tell(cast.hara, NEW, now=NOW)
    messages.read(message=new, by=cast.actor("nakajima"), now=NOW)
    viewer = queries.viewer_of(cast.account("nakajima"))
    assert list(queries.inbox(viewer)) == [old, new]
    assert queries.unread(viewer) == 1
    browser = client_of(cast.nakajima)
    page = browser.get(reverse("inbox")).content.decode()
    assert page.count("パスワードが変わりました") >= 2
    assert "電話してください" not in page, "the list has titles alone"
    assert page.count("</svg>未読</span>") == 1
    assert f'action="{reverse("message_read", args=[old.code])}"' in page
    assert f'href="{reverse("message", args=[new.code])}"' in page
    assert browser.post(reverse("message_read", args=[old.code])).url == reverse("message", args=[old.code])
    opened = browser.get(reverse("message", args=[old.code])).content.decode()
    assert 'href="/me/"' in opened
    old.refresh_from_db()
    assert old.read_at is not None


def test_looking_at_a_message_by_its_address_changes_nothing(cast, client_of):
    told = messages.tell(cast.nakajima, NEW, now=NOW)
    page = client_of(cast.nakajima).get(reverse("message", args=[told.code])).content.decode()
    assert "読みました" in page
    told.refresh_from_db()
    assert told.read_at is None


def test_everything_is_marked_as_read_at_once_and_nobody_elses(cast, client_of):
    for _number in range(3):
        messages.tell(cast.nakajima, NEW, now=NOW)
    others = messages.tell(cast.hara, NEW, now=NOW)
    browser = client_of(cast.nakajima)
    assert browser.post(reverse("messages_read")).url == reverse("inbox")
    assert queries.unread(queries.viewer_of(cast.account("nakajima"))) == 0
    assert Event.objects.filter(kind="people.message_read").count() == 3
    browser.post(reverse("messages_read"))
    assert Event.objects.filter(kind="people.message_read").count() == 3
    others.refresh_from_db()
    assert others.read_at is None


def test_the_list_can_leave_out_what_was_read_and_has_pages(cast, client_of):
    for number in range(25):
        told = messages.tell(cast.nakajima, NEW, now=NOW - timedelta(hours=number))
        if number < 3:
            messages.read(message=told, by=cast.actor("nakajima"), now=NOW)
    browser = client_of(cast.nakajima)
    first = browser.get(reverse("inbox"))
    assert len(first.context["page"].object_list) == 20
    second = browser.get(reverse("inbox"), {"page": 2})
    assert [bool(each.read_at) for each in second.context["page"]] == [False, False, True, True, True]
    unread = browser.get(reverse("inbox"), {"show": "unread", "page": 2})
    assert len(unread.context["page"].object_list) == 2
    browser.post(reverse("messages_read"))
    assert "すべて読みました" in browser.get(reverse("inbox"), {"show": "unread"}).content.decode()


def test_the_navigation_counts_what_is_not_read(cast, client_of):
    browser = client_of(cast.nakajima)
    assert 'class="count' not in browser.get(reverse("me")).content.decode()
    messages.tell(cast.nakajima, NEW, now=NOW)
    messages.tell(cast.nakajima, NEW, now=NOW)
    page = browser.get(reverse("me")).content.decode()
    assert page.count('<span class="count num">2<span class="hidden-text">') == 2  # at the top and at the foot


def test_an_empty_inbox_says_so(cast, client_of):
    page = client_of(cast.takizawa).get(reverse("inbox")).content.decode()
    assert "お知らせはまだありません" in page


def test_about_me_keeps_channel_language_and_letters(cast, client_of):
    browser = client_of(cast.nakajima)
    page = browser.get(reverse("me")).content.decode()
    assert all(f"{name}（まだ送れません）" in page for name in ("SMS", "LINE", "手紙"))
    assert "メール（まだ" not in page
    chosen = {"channel": "letter", "language": "en", "letters": "big"}
    response = browser.post(reverse("me"), chosen)
    assert response["Location"] == reverse("me")
    assert (browser.cookies["letters"].value, browser.cookies["django_language"].value) == ("big", "en")
    cast.nakajima.refresh_from_db()
    assert cast.nakajima.channel == Channel.LETTER
    wrong = browser.post(reverse("me"), {**chosen, "channel": "pigeon"})
    assert wrong.status_code == 422
    assert "error" in wrong.content.decode()


def test_very_many_messages_are_read_in_few_questions(cast):
    """501 of them: two pieces, and what waits for its channel goes on waiting."""
    told = [
        Message(person=cast.hara, channel=Channel.SCREEN, kind="people.test", state=state, made_at=clock.now())
        for state in [Message.State.SENT] * 500 + [Message.State.WAITING]
    ]
    Message.objects.bulk_create(told)
    with CaptureQueriesContext(connection) as asked:
        assert messages.read_all(person=cast.hara, by=cast.actor("hara"), now=clock.now()) == 501
    assert len(asked) < 40
    assert not Message.objects.filter(person=cast.hara, read_at=None).exists()
    assert Message.objects.filter(person=cast.hara, state=Message.State.READ).count() == 500
    assert Event.objects.filter(kind="people.message_read").count() == 501
    with pytest.raises(CannotDo):
        messages.read_all(person=cast.hara, by=cast.actor("nakajima"), now=clock.now())


def test_who_manages_the_bus_finds_messages_in_the_navigation(cast, client_of):
    messages.tell(cast.uehara, NEW, now=NOW)
    page = client_of(cast.uehara).get(reverse("me")).content.decode()
    nav = page.split('<nav class="topnav')[1].split("</nav>")[0]
    assert reverse("inbox") in nav
    assert '<span class="count num">1<' in nav


def test_messages_are_found_by_what_they_say_and_the_words_stand_in_no_address(cast, client_of):
    for order in ("KX7-4RD-M2P", "AB2-3CD-E4F"):
        messages.tell(cast.momose, messages.NewMessage("work.inquiry_came", {"order": order}), now=NOW)
    messages.tell(cast.momose, NEW, now=NOW)
    messages.tell(cast.hara, NEW, now=NOW)
    desk, where = client_of(cast.momose), reverse("inbox")

    def found(words, **asked):
        return [message.kind for message in desk.post(where, {"q": words, **asked}).context["page"]]

    assert found("ｋｘ７４ｒｄ") == ["work.inquiry_came"]
    assert found("相談　AB2") == ["work.inquiry_came"]
    assert found("ぱすわーど") == ["people.password_changed"]
    assert len(found(" ")) == 3
    assert "見つかりません" in desk.post(where, {"q": "無いもの"}).content.decode()
    messages.read_all(person=cast.momose, by=cast.actor("momose"), now=NOW)
    assert found("パスワード", show="unread") == []
    page = desk.post(where, {"q": "パスワード"}).content.decode()
    assert 'value="パスワード"' in page
    assert "?q=" not in page
    assert len(desk.get(where, {"q": "パスワード"}).context["page"].object_list) == 3
