"""What the law says on a day comes from one dated table, and nobody changes it by hand."""

from datetime import date

import pytest

from machikado.town.law import parameters, queries, register
from machikado.town.law.models import Certainty, Parameter
from machikado.town.law.queries import NoParameter, parameter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    """A test that changes the table leaves nothing in the memory of the process."""
    queries.forget()
    yield
    queries.forget()


@pytest.mark.parametrize(
    ("day", "yen"),
    [
        (date(2025, 10, 2), 998),
        (date(2025, 10, 3), 1061),
        (date(2026, 9, 30), 1061),
    ],
)
def test_a_rate_holds_from_its_day_until_the_next(day, yen):
    assert parameter("minimum_wage_yen_hour", day) == yen


def test_the_term_of_payment_and_of_review():
    assert parameter("pay_days", date(2026, 11, 23)) == 60
    assert parameter("review_days", date(2026, 11, 23)) == 7


@pytest.mark.parametrize(("code", "day"), [("pay_days", date(2024, 10, 31)), ("unheard_of", date(2026, 1, 1))])
def test_what_is_not_known_raises(code, day):
    with pytest.raises(NoParameter):
        parameter(code, day)


def test_asking_again_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _ in range(3):
            parameter("pay_days", date(2026, 11, 23))


def test_loading_again_changes_nothing_and_mends_what_was_changed_by_hand():
    before = list(Parameter.objects.order_by("pk").values())
    parameters.load()
    assert list(Parameter.objects.order_by("pk").values()) == before
    assert parameters.problems() == []
    Parameter.objects.filter(code="pay_days").update(value=90)
    Parameter.objects.create(
        code="pay_days", effective_from=date(2026, 1, 1), value=120, certainty="C", source="a hand"
    )
    assert len(parameters.problems()) == 2
    parameters.load()
    assert parameters.problems() == []
    assert parameter("pay_days", date(2026, 11, 23)) == 60


def test_whatever_is_not_certain_is_shown_to_staff():
    rows = queries.to_be_checked()
    assert {row.certainty for row in rows} <= {Certainty.PROBABLE, Certainty.UNSURE}
    assert {(row.code, row.effective_from) for row in rows} == {
        ("minimum_wage_yen_hour", date(2026, 10, 1)),
        ("keep_papers_accounts_years", date(2024, 11, 1)),
        ("card_valid_months", date(2026, 11, 1)),
    }


def test_every_rule_of_every_app_stands_in_the_register_once(settings):
    codes = [rule.code for rule in register.rules()]
    assert codes == sorted(set(codes))
    settings.LAW_RULES = [*settings.LAW_RULES, *settings.LAW_RULES] or [f"{__name__}.TWICE"]
    if codes:
        with pytest.raises(ValueError, match="twice"):
            register.rules()
