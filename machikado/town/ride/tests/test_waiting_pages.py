"""Pages of the waiting list: one tap on a refusal, My rides, a proxy's page, the list of a day, the telephone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.people.models import Channel, ContactPoint, Message, Person
from machikado.town.ride.actions import asking, bookings
from machikado.town.ride.actions.waiting import serve
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, Waiting
from machikado.town.ride.queries.series import to_call
from machikado.town.ride.tests.agreeing import a_consent, a_proxy
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_rider, actor_of, asked, booked, wish
from machikado.town.ride.tests.waiters import one_seat, states, waits

NINE = moment_at(TOMORROW, 9 * 3600)


@pytest.fixture
def area(cast, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    return one_seat(cast)


@pytest.fixture
def taken(area, cast):
    return booked(area, cast.hara)


def said(client, name: str, *args: str) -> str:
    return client.get(reverse(f"ride:{name}", args=args)).content.decode()


def tap(client, name: str, booking: Booking) -> str:
    return client.post(reverse(f"ride:{name}", args=[booking.code]), follow=True).content.decode()


def test_one_tap_waits_and_one_ends_it(area, taken, cast, client_of):
    first, browser = waits(area, a_rider("小口")), client_of(cast.yoda)
    full = asked(area, cast.yoda)
    page = said(browser, "offers", full.code)
    assert "9:00までに席があいたら、よやくして、お知らせします" in page
    for _twice in range(2):
        page = tap(browser, "wait", full)
    assert "空席を待っています" in page
    assert "前に1人が待っています" in page
    assert str(first.rider) not in page
    home = said(browser, "home")
    assert "空席を待っているバス" in home
    assert "前に1人が待っています" in home
    assert reverse("ride:wait_end", args=[full.code]) in home
    page = tap(browser, "wait_end", full)
    assert "もう、空席を待っていません" in page
    assert reverse("ride:wait", args=[full.code]) in page, "one may think again"
    assert "空席を待っているバス" not in said(browser, "home")


def test_where_no_seat_can_come_free_nobody_is_asked_to_wait(area, taken, cast, client_of, monkeypatch):
    browser, closed = client_of(cast.yoda), asked(area, cast.yoda, minute=1_300)
    assert reverse("ride:wait", args=[closed.code]) not in said(browser, "offers", closed.code)
    assert "席があくことがありません" in tap(browser, "wait", closed)
    full = asked(area, cast.yoda)
    monkeypatch.setattr(clock, "now", lambda: NINE)
    assert reverse("ride:wait", args=[full.code]) not in said(browser, "offers", full.code)
    assert "空席を待てません" in tap(browser, "wait", full)
    assert not Waiting.objects.exists()


def test_when_it_is_over_the_page_says_why_and_what_there_is(area, taken, cast, client_of, monkeypatch):
    full = waits(area, cast.yoda)
    serve(area, TOMORROW, NINE)
    monkeypatch.setattr(clock, "now", lambda: NINE)
    page = said(client_of(cast.yoda), "offers", full.code)
    assert "1時間前まで待ちましたが、席はあきませんでした" in page
    assert reverse("ride:wait_end", args=[full.code]) not in page
    assert "近い時間" in page


def test_the_desk_reads_aloud_sees_the_line_of_a_day_and_tells_by_telephone(area, taken, cast, client_of):
    Person.objects.filter(pk=cast.yoda.pk).update(channel=Channel.CALL)
    desk, full = client_of(cast.uehara), asked(area, cast.yoda)
    assert "読みあげる：「キャンセル待ちにしますか。9:00までに" in said(desk, "offers", full.code)
    tap(desk, "wait", full)
    waits(area)
    day = desk.get(reverse("ride:day"), {"day": TOMORROW.isoformat()}).content.decode()
    assert "この日の空席を待っている人" in day
    assert "tel:090-0000-0412" in day
    assert day.index("依田") < day.index("前に1人")
    assert "空席を待っているバス" in said(desk, "caller", cast.yoda.code)
    bookings.cancel(booking=taken, by=cast.actor("hara"), now=NOON)
    serve(area, TOMORROW, NOON)
    (call,) = to_call(NOON)
    assert (call.kind, call.person) == ("ride.seat_found", cast.yoda)
    calls = said(desk, "desk")
    assert "空席を待っていたバスです" in calls
    desk.post(reverse("ride:told", args=[call.code]))
    assert to_call(NOON) == []
    assert Message.objects.get(pk=call.pk).state == "sent"


def test_a_proxy_waits_for_them_and_sees_no_other_wish(area, taken, cast, client_of):
    consent = a_consent(cast.yoda, a_proxy())
    daughter, own = client_of(consent.proxy), waits(area, cast.yoda, minute=604, start="east")
    full = asking.ask(
        area=area, rider=cast.yoda, wish=wish(channel="proxy", minute=600), by=actor_of(consent.proxy), now=NOON
    )
    assert "その時間のバスの空席を、もう待っています" in tap(daughter, "wait", full)
    client_of(cast.yoda).post(reverse("ride:wait_end", args=[own.code]))
    assert "空席を待っています" in tap(daughter, "wait", full)
    page = said(daughter, "for_one", consent.code)
    assert reverse("ride:offers", args=[full.code]) in page
    assert reverse("ride:offers", args=[own.code]) not in page
    assert daughter.post(reverse("ride:wait_end", args=[own.code])).status_code == 404
    assert states(full) == [("refused", "waiting")]


def test_the_list_of_a_day_asks_for_many_what_it_asks_for_one(area, taken, cast, client_of, django_assert_num_queries):
    desk, url = client_of(cast.uehara), f"{reverse('ride:day')}?day={TOMORROW}"
    waits(area, cast.yoda)
    with CaptureQueriesContext(connection) as one:
        desk.get(url)
    asked_for = len(one)
    for number in range(3):
        waits(area, a_rider(str(number)))
    with django_assert_num_queries(asked_for):
        assert "前に3人" in desk.get(url).content.decode()
