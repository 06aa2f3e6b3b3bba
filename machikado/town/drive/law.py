"""The legal rules of duty: the roll, alcohol, the check of the vehicle, the record of the drive."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from machikado.town.common.rules import Rule, Severity

RULES = [
    Rule(
        code="B1",
        law="旅客自動車運送事業運輸規則 第24条、道路運送法施行規則 第51条の18",
        since=date(2024, 11, 1),
        severity=Severity.BLOCK,
        sentence=_("Nobody drives before the roll was called; it is called again after driving, and kept for a year."),
        certainty="C",
    ),
    Rule(
        code="B2",
        law="道路交通法 第65条、旅客自動車運送事業運輸規則 第24条第4項",
        since=date(2011, 5, 1),
        severity=Severity.BLOCK,
        sentence=_("Alcohol is measured with a detector; with any of it on the breath the shift does not begin."),
        certainty="C",
    ),
    Rule(
        code="B3",
        law="道路運送車両法 第47条の2、自動車点検基準 別表第1",
        since=date(2024, 11, 1),
        severity=Severity.BLOCK,
        sentence=_("The vehicle is looked at once a day before it goes out; with a grave fault it stays."),
        certainty="C",
    ),
    Rule(
        code="B4",
        law="旅客自動車運送事業運輸規則 第25条、道路運送法施行規則 第51条の19",
        since=date(2024, 11, 1),
        severity=Severity.PRINT,
        sentence=_("The drive is recorded: driver, vehicle, times, kilometres, stops, breaks, incidents; for a year."),
        certainty="P",
    ),
]
