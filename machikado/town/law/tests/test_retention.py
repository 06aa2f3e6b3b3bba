"""How long things are kept: the day on which each rule lets go, and what it lets go of, as the clock moves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction

from machikado.town.common import clock, diary, diary_check
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_zone
from machikado.town.common.models import Detail, Event
from machikado.town.law import actions, retention
from machikado.town.law.models import Parameter
from machikado.town.people.actions import messages
from machikado.town.people.events import PersonAdded
from machikado.town.people.models import Machine, Membership, Message, Person

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # 12:00 in the town


def rule(code: str):
    return next(rule for rule in retention.rules() if rule.code == code)


def midnight(*day: int) -> datetime:
    return datetime(*day, tzinfo=town_zone())  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("code", "now", "before"),
    [
        ("source", NOON, midnight(2026, 8, 26)),  # 90 days: 26 August is the 90th day before 24 November
        ("dealings", NOON, midnight(2023, 11, 24)),
        ("dealings", datetime(2028, 2, 29, 3, tzinfo=UTC), midnight(2025, 3, 1)),
        # The papers of the year to March 2027 are kept until 31 May 2034.
        ("papers", datetime(2034, 5, 31, 3, tzinfo=UTC), midnight(2026, 4, 1)),
        ("papers", datetime(2034, 6, 1, 3, tzinfo=UTC), midnight(2027, 4, 1)),
        # Half past midnight in the town is the day before in UTC.
        ("source", datetime(2026, 11, 23, 15, 30, tzinfo=UTC), midnight(2026, 8, 26)),
    ],
)
def test_a_rule_lets_go_of_what_is_older_than_its_term(code, now, before):
    assert retention.lets_go_before(rule(code), now) == before


@pytest.mark.parametrize(
    ("day", "until"),
    [
        (date(2026, 3, 31), date(2033, 5, 31)),
        (date(2026, 4, 1), date(2034, 5, 31)),
        (date(2027, 3, 31), date(2034, 5, 31)),
    ],
)
def test_papers_are_kept_for_seven_years_after_their_fiscal_year_was_declared(day, until):
    assert retention.papers_kept_until(day, date(2026, 11, 24)) == until


def test_every_rule_has_its_dated_number_with_a_source_and_stands_once(settings):
    terms = retention.terms(date(2026, 11, 24))
    assert {term.rule.code for term in terms} >= {"detail", "message", "person", "inquiry", "source", "papers"}
    assert all(term.row.source and term.row.value > 0 for term in terms)
    assert all(len(term.rule.code) <= 20 for term in terms)
    kept = set(Parameter.objects.filter(code__startswith="keep_").values_list("code", flat=True))
    assert kept == {term.rule.parameter for term in terms}
    settings.RETENTION = [*settings.RETENTION, settings.RETENTION[0]]
    with pytest.raises(ValueError, match="twice"):
        retention.rules()


def test_a_number_whose_name_does_not_say_the_unit_is_a_mistake():
    with pytest.raises(ValueError, match="unit"):
        retention.unit_of("keep_for_ever")


def test_the_daily_duty_applies_every_rule_and_on_a_young_town_none_has_anything_to_do(cast):
    assert settings.TICKS["machikado.town.law.actions.end_retention"] == 24 * 3600
    assert actions.end_retention(clock.now()) == 0
    assert not Event.objects.filter(kind="law.retention_ended").exists()
    AccessAttempt.objects.create(username="x@example.com", ip_address="192.0.2.1", failures_since_start=1)
    messages.tell(cast.hara, messages.NewMessage("people.password_changed"), now=clock.now())
    assert actions.end_retention(clock.now() + timedelta(days=4 * 366)) == 2
    told = Event.objects.filter(kind="law.retention_ended").order_by("pk")
    assert list(told.values_list("code", flat=True)) == ["message", "sign_in"]


def fail(before: datetime, now: datetime) -> int:
    raise LookupError


def test_a_rule_that_fails_is_told_and_does_not_hold_up_the_others(cast, monkeypatch):
    broken = replace(rule("detail"), code="a_broken_one", remove=fail)
    monkeypatch.setattr(retention, "rules", lambda rules=retention.rules: [broken, *rules()])
    AccessAttempt.objects.create(username="x@example.com", ip_address="192.0.2.1", failures_since_start=1)
    with pytest.raises(ExceptionGroup):
        actions.end_retention(clock.now() + timedelta(days=100))
    assert not AccessAttempt.objects.exists()


def test_the_words_of_the_diary_go_when_their_papers_may_and_the_chain_stays_sound(cast):
    with transaction.atomic():
        for at in (NOON, NOON + timedelta(days=365)):
            event = PersonAdded(code=cast.hara.code, channel="screen")
            diary.record(event, by=SYSTEM, now=at, detail={"name": "原 みち"})
    assert actions.apply(rule("detail"), datetime(2034, 5, 31, 3, tzinfo=UTC)) == 0
    assert actions.apply(rule("detail"), datetime(2034, 6, 1, 3, tzinfo=UTC)) == 1
    assert actions.apply(rule("detail"), datetime(2034, 6, 2, 3, tzinfo=UTC)) == 0
    assert Detail.objects.count() == 1
    ended = Event.objects.get(kind="law.retention_ended")
    assert (ended.code, ended.data) == ("detail", {"before": "2027-04-01", "rows": 1, "files": 0})
    while diary.seal():
        pass
    assert diary_check.problems() == []


def test_tries_to_sign_in_are_kept_for_ninety_days(cast):
    for days in (90, 91):
        row = AccessAttempt.objects.create(
            username=f"{days}@example.com", ip_address="192.0.2.1", failures_since_start=1
        )
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=NOON - timedelta(days=days))
    assert actions.apply(rule("sign_in"), NOON) == 1
    assert AccessAttempt.objects.get().username == "90@example.com"


def test_the_page_shows_every_rule_and_what_must_be_asked(cast, client_of):
    page = client_of(cast.momose).get("/retention/").content.decode()
    for term in retention.terms(date(2026, 11, 24)):
        assert str(term.row.value) in page
    assert page.count("要確認") == 2  # the two rules that follow the accounts


def test_the_guide_for_staff_names_every_rule_with_its_number():
    lines = (settings.ROOT / "docs" / "guide" / "retention.md").read_text(encoding="utf-8").splitlines()
    rows = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    terms = retention.terms(date(2026, 11, 24))
    assert rows.keys() == {term.rule.code for term in terms}
    for term in terms:
        unit = "日" if term.unit == "days" else "年"
        assert f"`{term.rule.parameter}` | {term.row.value}{unit}" in rows[term.rule.code]
        assert ("要確認" in rows[term.rule.code]) == (term.row.certainty != "C")


def test_whoever_has_gone_is_erased_a_year_after_the_last_role_and_nobody_sooner(cast):
    stranger = Person.objects.create(family_name="役割のない人")
    for slug, days in (("hara", 365), ("nakajima", 366)):
        Membership.objects.filter(person=cast.persons[slug]).update(
            since=NOON - timedelta(days=500), until=NOON - timedelta(days=days)
        )
    Machine.objects.create(name="読み取り機", responsible=cast.ozawa)
    Membership.objects.filter(person=cast.ozawa).update(
        since=NOON - timedelta(days=500), until=NOON - timedelta(days=400)
    )
    assert actions.apply(rule("person"), NOON) == 1
    erased = Person.objects.exclude(pseudonymised_at=None)
    assert [person.pk for person in erased] == [cast.nakajima.pk]
    stranger.refresh_from_db()
    assert stranger.family_name == "役割のない人"
    assert actions.apply(rule("person"), NOON) == 0
    assert actions.apply(rule("person"), NOON + timedelta(days=1)) == 1


def test_messages_are_kept_for_three_years(cast):
    told = messages.tell(cast.hara, messages.NewMessage("people.password_changed"), now=NOON)
    kept_until = told.made_at.replace(year=told.made_at.year + 3)
    assert actions.apply(rule("message"), kept_until) == 0
    assert actions.apply(rule("message"), kept_until + timedelta(days=1)) == 1
    assert not Message.objects.exists()
