"""How long things are kept: the rules of all apps in one list, and the day before which each lets go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain

from django.conf import settings
from django.utils.module_loading import import_string

from machikado.town.common.calendar import town_date, town_zone
from machikado.town.common.retention import Retention
from machikado.town.law.models import Parameter
from machikado.town.law.queries import parameter, row_in_force

# The fiscal year of the town's bodies begins in April (地方自治法 第208条); its papers are kept from two months after
# its end (法人税法施行規則 第59条第2項), which is 1 June.
FISCAL_YEAR_BEGINS = (4, 1)
PAPERS_COUNT_FROM = (6, 1)


def rules() -> list[Retention]:
    """Every rule of every app (settings.RETENTION), in the order of their codes. Raises ValueError for a code twice."""
    stated: Iterable[Retention] = chain.from_iterable(import_string(dotted) for dotted in settings.RETENTION)
    found: dict[str, Retention] = {}
    for rule in stated:
        if rule.code in found:
            raise ValueError(f"the rule of retention {rule.code} stands twice")
        found[rule.code] = rule
    return [found[code] for code in sorted(found)]


@dataclass(frozen=True, slots=True)
class Term:
    """A rule of retention with the dated row that holds: its number and source; the unit of the number."""

    rule: Retention
    row: Parameter
    unit: str


def terms(today: date) -> list[Term]:
    """Every rule with what holds today. Raises NoParameter."""
    return [Term(rule, row_in_force(rule.parameter, today), unit_of(rule.parameter)) for rule in rules()]


def unit_of(code: str) -> str:
    """What the name of a parameter says about its number: days, years, or years of the accounts. Raises ValueError."""
    for unit in ("accounts_years", "years", "days"):
        if code.endswith(f"_{unit}"):
            return unit
    raise ValueError(f"{code}: its name does not say the unit")


def lets_go_before(rule: Retention, now: datetime) -> datetime:
    """The moment before which this rule keeps nothing now: the beginning of a town day."""
    today = town_date(now)
    number = parameter(rule.parameter, today)
    return datetime.combine(_first_day_kept(rule.parameter, number, today), time(), town_zone())


def papers_kept_until(day: date, today: date) -> date:
    """The last day on which the papers of a day (town dates) must be kept, by the number of years that holds today."""
    ends_in = day.year + ((day.month, day.day) >= FISCAL_YEAR_BEGINS)
    years = parameter("keep_papers_accounts_years", today)
    return date.fromordinal(date(ends_in + years, *PAPERS_COUNT_FROM).toordinal() - 1)


def dealings_kept_until(day: date, today: date) -> date:
    """The last day on which the records of dealings with a worker on a day must be kept."""
    return years_later(day, parameter("keep_dealings_years", today))


def years_later(day: date, years: int) -> date:
    """The same day of another year; from 29 February, 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _first_day_kept(code: str, number: int, today: date) -> date:
    """The oldest day of which things are still kept."""
    match unit_of(code):
        case "accounts_years":
            # The papers of the fiscal year that ends in year Y are kept until 31 May of Y + number.
            last_gone = today.year - number - ((today.month, today.day) < PAPERS_COUNT_FROM)
            return date(last_gone, *FISCAL_YEAR_BEGINS)
        case "years":
            return years_later(today, -number)
        case _:
            return date.fromordinal(today.toordinal() - number)
