"""The pages of a proxy: the same booking as everybody's, nothing of before, no address; gone when the consent is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from machikado.town.common import clock
from machikado.town.common.actors import SYSTEM
from machikado.town.people.models import ContactPoint
from machikado.town.ride.actions import consents, passengers, ways
from machikado.town.ride.actions.asking import Whereabouts
from machikado.town.ride.actions.passengers import PassengerFacts
from machikado.town.ride.hours import moment_at
from machikado.town.ride.models import Booking, BookingConsent, ConsentInvitation
from machikado.town.ride.queries.places import HOME
from machikado.town.ride.tests.agreeing import a_consent, a_proxy, invited
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import PLACES, TOMORROW, a_rider, a_riding_town, actor_of, booked, rode
from machikado.town.ride.tests.test_booking_pages import fields_of
from machikado.town.ride.views import for_others

ADDRESS = "大門二番町8-1"


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def area(cast):
    """Yoda lives in the west, where the name of the home is its address."""
    home = Whereabouts(ADDRESS, PLACES["west"].spot, HOME)
    ContactPoint.objects.create(person=cast.yoda, kind=ContactPoint.Kind.PHONE, value="090-0000-0412")
    passengers.know(person=cast.yoda, facts=PassengerFacts(home=home, slow=True), by=SYSTEM, now=NOON)
    return a_riding_town(cast)


@pytest.fixture
def consent(cast, area):
    return a_consent(cast.yoda, a_proxy())


@pytest.fixture
def daughter(consent, client_of):
    """The browser of Yoda's daughter."""
    return client_of(consent.proxy)


@pytest.fixture
def yoda(cast, client_of):
    return client_of(cast.yoda)


def page_of(client, name, *args) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


def looked_for(client, consent, **changes):
    usual = {"goal": "north", "when": "leave", "day": TOMORROW.isoformat(), "minute": "10:00"}
    fields = fields_of(client, "ride:for_one_book", consent.code, **{**usual, **changes})
    return client.post(reverse("ride:for_one_book", args=[consent.code]), fields, follow=True)


def booked_here(client, consent, **changes) -> Booking:
    first = looked_for(client, consent, **changes).context["page"].cards[0].offer
    client.post(reverse("ride:offers", args=[first.booking.code]), {"offer": first.code})
    return Booking.objects.get(pk=first.booking_id)


def test_three_steps_from_the_home_whose_address_nobody_reads(consent, daughter, cast):
    form = page_of(daughter, "ride:for_one_book", consent.code)
    assert "依田 のるさんのバス" in form
    assert "自宅" in form
    assert ADDRESS not in form
    offers = looked_for(daughter, consent)
    assert "自宅" in offers.content.decode()
    assert ADDRESS not in offers.content.decode()
    ride = booked_here(daughter, consent)
    assert (ride.from_name, ride.from_code, ride.channel) == (ADDRESS, HOME, "proxy")
    assert (ride.rider, ride.booked_by, ride.slow) == (cast.yoda, consent.proxy, True)
    for name in ("booking", "slip", "change"):
        page = page_of(daughter, f"ride:{name}", ride.code)
        assert ADDRESS not in page, name
        assert "自宅" in page, name
    assert ADDRESS not in page_of(daughter, "ride:for_one", consent.code)


def test_the_passenger_reads_the_own_address_and_who_booked(consent, daughter, yoda, cast, client_of):
    ride = booked_here(daughter, consent)
    for page in (page_of(yoda, "ride:booking", ride.code), page_of(yoda, "ride:home")):
        assert "予約した人：塩原 のる（家族）" in page
    assert ADDRESS in page_of(yoda, "ride:booking", ride.code)
    desk = client_of(cast.uehara)
    assert "予約した人：塩原 のる（家族）" in page_of(desk, "ride:booking", ride.code)
    assert "予約した人：塩原 のる（家族）" in page_of(desk, "ride:caller", cast.yoda.code)
    assert "あなたが予約しました。" in page_of(daughter, "ride:booking", ride.code)
    daughter.post(reverse("ride:cancel", args=[ride.code]))
    assert "やめた人：塩原 のる（家族）" in page_of(yoda, "ride:booking", ride.code)


def test_a_change_keeps_the_names_that_the_passenger_gave(consent, daughter, yoda):
    ride = booked_here(daughter, consent)
    fields = fields_of(daughter, "ride:change", ride.code, minute="11:00")
    assert fields["start"] == "自宅"
    offers = daughter.post(reverse("ride:change", args=[ride.code]), fields, follow=True)
    first = offers.context["page"].cards[0].offer
    daughter.post(reverse("ride:offers", args=[first.booking.code]), {"offer": first.code})
    made = Booking.objects.get(replaces=ride)
    assert (made.state, made.from_name, made.from_code, made.to_name) == ("booked", ADDRESS, HOME, ride.to_name)


def test_the_way_back_leads_to_the_home_without_its_address(consent, daughter):
    ride = booked_here(daughter, consent)
    daughter.post(reverse("ride:back_open", args=[ride.code]))
    last = Booking.objects.get(is_open=True)
    page = page_of(daughter, "ride:booking", last.code)
    assert "自宅" in page
    assert ADDRESS not in page
    refused = daughter.post(reverse("ride:back", args=[ride.code]), {"minute": "15:00"}, follow=True)
    assert ADDRESS not in refused.content.decode()
    assert "帰りは、もうよやくしています" in refused.content.decode()


def test_the_bus_is_seen_and_the_door_of_the_home_is_not(consent, daughter, yoda, monkeypatch):
    ride = booked_here(daughter, consent)
    ways.draw(NOON + timedelta(days=1))
    moment = moment_at(TOMORROW, ride.promise.pickup_from - 600)
    monkeypatch.setattr(clock, "now", lambda: moment)
    where = reverse("ride:coming", args=[ride.code])
    own, theirs = yoda.get(where), daughter.get(where)
    assert own.context["coming"].map.start is not None
    assert ADDRESS in own.content.decode()
    assert (theirs.context["coming"].map.start, theirs.context["coming"].map.walk) == (None, "")
    assert theirs.context["coming"].map.bus is not None
    assert ADDRESS not in theirs.content.decode()


def test_what_was_before_and_what_is_none_of_theirs_is_not_there(area, consent, daughter, cast, monkeypatch):
    """Yesterday's ride, a wish of the passenger's own, the month, receipts, the data of the passenger."""
    ridden = rode(booked(area, cast.yoda))
    own = Booking.objects.get(pk=ridden.pk)
    assert page_of(daughter, "ride:booking", own.code)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=2))
    for name in ("booking", "coming", "slip", "change", "offers"):
        assert daughter.get(reverse(f"ride:{name}", args=[own.code])).status_code == 404, name
    for name in ("again", "cancel", "back", "back_open", "ready", "receipt_issue"):
        assert daughter.post(reverse(f"ride:{name}", args=[own.code])).status_code == 404, name
    assert daughter.get(reverse("ride:caller", args=[cast.yoda.code])).status_code in {403, 404}
    assert daughter.get(reverse("ride:caller_record", args=[cast.yoda.code])).status_code in {403, 404}
    assert "西" not in page_of(daughter, "ride:home")


def test_a_ride_of_today_has_no_receipt_for_a_proxy_and_no_usual_trips(area, consent, daughter, cast, monkeypatch):
    ridden = rode(booked(area, cast.yoda))
    monkeypatch.setattr(clock, "now", lambda: moment_at(TOMORROW, 43_200))
    assert daughter.post(reverse("ride:receipt_issue", args=[ridden.code])).status_code == 404
    page = daughter.get(reverse("ride:for_one", args=[consent.code]))
    assert (page.context["page"].ahead, page.context["page"].usual) == ([], ())


def test_a_bus_that_runs_past_midnight_is_seen_until_four(area, consent, daughter, cast, monkeypatch):
    ride = booked(area, cast.yoda)
    for hours, seen in ((27.9, 200), (28.1, 404)):
        moment = moment_at(TOMORROW, int(hours * 3600))
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        assert daughter.get(reverse("ride:booking", args=[ride.code])).status_code == seen, hours


def test_a_wish_of_the_passenger_or_of_another_proxy_is_none_of_theirs(area, consent, daughter, client_of, cast):
    other = a_consent(cast.yoda, a_proxy("中野"), relation="care")
    found = looked_for(client_of(other.proxy), other).context["page"].booking
    assert daughter.get(reverse("ride:offers", args=[found.code])).status_code == 404
    ride = booked_here(client_of(other.proxy), other)
    page = page_of(daughter, "ride:booking", ride.code)
    assert "中野" not in page, "who else books is none of theirs"
    assert "中野" not in page_of(daughter, "ride:for_one", consent.code)


def test_everything_is_gone_when_the_passenger_ends_it_even_in_the_middle_of_a_booking(consent, daughter, yoda):
    ride = booked_here(daughter, consent)
    offer = looked_for(daughter, consent, minute="14:00").context["page"].cards[0].offer
    mine = page_of(yoda, "ride:proxies")
    assert "塩原 のる" in mine
    assert yoda.post(reverse("ride:consent_end", args=[consent.code])).status_code == 302
    accepted = daughter.post(reverse("ride:offers", args=[offer.booking.code]), {"offer": offer.code})
    assert accepted.status_code == 404
    assert Booking.objects.get(pk=offer.booking_id).state == "offered"
    gets = [
        *(("ride:for_one", consent.code), ("ride:for_one_book", consent.code)),
        *((f"ride:{name}", ride.code) for name in ("booking", "coming", "slip", "change", "offers")),
    ]
    for name, code in gets:
        assert daughter.get(reverse(name, args=[code])).status_code == 404, name
    for name in ("cancel", "again", "back", "back_open", "ready"):
        assert daughter.post(reverse(f"ride:{name}", args=[ride.code])).status_code == 404, name
    fields = {"goal": "north", "start": "south"}
    assert daughter.post(reverse("ride:for_one_book", args=[consent.code]), fields).status_code == 404
    assert "代わりに予約する相手は、まだいません" in page_of(daughter, "ride:for_others")
    assert page_of(yoda, "ride:booking", ride.code), "the ride stays the passenger's"


def test_the_navigation_has_it_only_where_there_is_somebody(consent, daughter, yoda):
    def entries(client) -> list[str]:
        return [item.url for item in client.get(reverse("ride:home")).context["nav"]]

    where = reverse("ride:for_others")
    assert where in entries(daughter)
    assert where not in entries(yoda)
    consents.end(consent=consent, by=actor_of(consent.proxy), now=NOON)
    assert where not in entries(daughter)


def test_a_passenger_gets_digits_and_somebody_types_them_in(area, yoda, cast, client_of):
    sent = yoda.post(reverse("ride:proxies"), {"relation": "family"}, follow=True)
    digits = ConsentInvitation.objects.get().digits
    assert f"{digits[:4]} {digits[4:]}" in sent.content.decode()
    assert "あと30分" in sent.content.decode()
    hara = client_of(cast.hara)
    done = hara.post(reverse("ride:for_others"), {"digits": f"{digits[:4]} {digits[4:]}"}, follow=True)
    assert "依田 のるさんの代わりに、予約できるようになりました" in done.content.decode()
    page = page_of(yoda, "ride:proxies")
    assert "原 みち" in page
    assert digits[:4] not in page
    english = hara.get(reverse("ride:for_others"), headers={"accept-language": "en"})
    assert "For whom do you book?" in english.content.decode()


def test_wrong_digits_keep_what_was_typed_and_after_ten_of_them_one_waits(area, cast, client_of, monkeypatch):
    monkeypatch.setattr(for_others, "WRONG_PER_HOUR", 3)
    digits, hara = invited(cast.yoda, real=clock.real_now()), client_of(cast.hara)
    for _number in range(3):
        wrong = hara.post(reverse("ride:for_others"), {"digits": "0000 0000"})
        assert wrong.status_code == 422
        assert "この番号は使えません" in wrong.content.decode()
        assert 'value="0000 0000"' in wrong.content.decode()
    late = hara.post(reverse("ride:for_others"), {"digits": digits})
    assert "まちがいが多い" in late.content.decode()
    assert not BookingConsent.objects.exists(), "the right ones do not help then"
    other = client_of(cast.nakajima).post(reverse("ride:for_others"), {"digits": digits})
    assert other.status_code == 302, "another one is not held up"


def test_right_digits_do_not_count_as_tries(area, cast, client_of, monkeypatch):
    monkeypatch.setattr(for_others, "WRONG_PER_HOUR", 1)
    hara = client_of(cast.hara)
    for name in ("一", "二", "三"):
        digits = invited(a_rider(name), real=clock.real_now())
        assert hara.post(reverse("ride:for_others"), {"digits": digits}).status_code == 302


def test_the_desk_takes_a_consent_for_somebody_who_is_never_online(area, cast, client_of):
    rider, desk = a_rider("百瀬"), client_of(cast.uehara)
    where = reverse("ride:caller_proxies", args=[rider.code])
    form = fields_of(desk, "ride:caller_proxies", rider.code, sign_in="nobody@example.jp", relation="care", how="phone")
    refused = desk.post(where, form)
    assert refused.status_code == 422
    assert "このアドレスでサインインする人は、いません" in refused.content.decode()
    assert "nobody@example.jp" in refused.content.decode()
    done = desk.post(where, {**form, "sign_in": cast.account("hara").email.upper()}, follow=True)
    page = done.content.decode()
    assert "原 みち" in page
    assert "ケアマネジャー" in page
    assert "受けた人 上原 のりば" in page
    assert "原 みち" in page_of(desk, "ride:caller", rider.code)
    made = BookingConsent.objects.get()
    desk.post(reverse("ride:consent_end", args=[made.code]))
    assert "窓口でやめた" in page_of(desk, "ride:caller_proxies", rider.code)


def test_who_else_of_the_staff_has_no_business_with_consents(consent, cast, client_of):
    for slug in ("futaki", "nakajima", "takizawa"):
        client = client_of(cast.persons[slug])
        assert client.post(reverse("ride:consent_end", args=[consent.code])).status_code == 404
        assert client.get(reverse("ride:caller_proxies", args=[cast.yoda.code])).status_code in {403, 404}


def test_the_page_asks_as_much_for_three_rides_as_for_one(consent, daughter, django_assert_num_queries):
    booked_here(daughter, consent)
    with CaptureQueriesContext(connection) as one:
        page_of(daughter, "ride:for_one", consent.code)
    asked = len(one)
    for minute in ("11:00", "12:00"):
        booked_here(daughter, consent, minute=minute)
    with django_assert_num_queries(asked):
        assert ADDRESS not in page_of(daughter, "ride:for_one", consent.code)
