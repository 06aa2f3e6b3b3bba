"""The legal rules of work: pay that depends on nothing, checks with a clause and a second person, no employee."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from machikado.town.common.rules import Rule, Severity

FREELANCE = date(2024, 11, 1)

RULES = [
    Rule(
        code="F5",
        law="フリーランス法 第4条",
        since=FREELANCE,
        severity=Severity.BLOCK,
        sentence=_(
            "Pay falls due within the dated number of days, the day of handing in being day 1; written down then."
        ),
        certainty="C",
    ),
    Rule(
        code="F6",
        law="フリーランス法 第3条・第4条",
        since=FREELANCE,
        severity=Severity.BLOCK,
        sentence=_("The day of payment is a date, worked out from the handing in; no check and no client can move it."),
        certainty="C",
    ),
    Rule(
        code="F8",
        law="フリーランス法 第5条",
        since=FREELANCE,
        severity=Severity.BLOCK,
        sentence=_(
            "A redo or rejection needs a clause of the procedure and a second person, a rejection also a reason;"
            " in seven days."
        ),
        certainty="C",
    ),
    Rule(
        code="G5",
        law="自営型テレワークの適正な実施のためのガイドライン",
        since=date(2018, 2, 2),
        severity=Severity.WARN,
        sentence=_("The price of a job is compared with the minimum wage, by the seconds of a timed pilot."),
        certainty="C",
    ),
    Rule(
        code="L1",
        law="自営型テレワーク（労働基準法 第9条の労働者でないこと）",
        since=FREELANCE,
        severity=Severity.BLOCK,
        sentence=_(
            "Giving back, refusing or resting changes no offer and no order of offers; time is for estimates alone."
        ),
        certainty="C",
    ),
]
