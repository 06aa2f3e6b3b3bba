"""検収: what a client says of a delivery."""

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from machikado.town.work.actions.deliveries import NewDecision, ReworkRow
from machikado.town.work.models import Delivery, Procedure

ACCEPT, REWORK = "accept", "rework"
ROWS = 5


class DecisionForm(forms.Form):
    """Accept it, or ask for rows to be done again. The rows stand beside it, see `rework_rows`."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[(ACCEPT, _("Accept the results")), (REWORK, _("Ask for rows to be redone"))],
        initial=ACCEPT,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What should be corrected"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def new_decision(self, rows: list[ReworkRow]) -> NewDecision:
        """What was decided. The form is valid."""
        if self.cleaned_data["decision"] == ACCEPT:
            return NewDecision(accepted=True)
        return NewDecision(accepted=False, reason=self.cleaned_data["reason"], items=rows)


def plain(text: str) -> str:
    """A typed text without blanks around it and without NUL, which PostgreSQL cannot keep."""
    return text.replace("\0", "").strip()


def is_number(text: str) -> bool:
    """Whether a text is a number that a column can hold."""
    return text.isascii() and text.isdigit() and len(text) < 10


def typed_rows(posted: QueryDict) -> list[tuple[str, str]]:
    """The rows that were typed, as (number or name, clause); empty ones fall away."""
    typed = zip(posted.getlist("row"), posted.getlist("clause"), strict=False)
    return [(plain(row)[:120], plain(clause)[:40]) for row, clause in typed if plain(row)]


def rework_rows(delivery: Delivery, typed: list[tuple[str, str]]) -> list[ReworkRow]:
    """The typed rows as tasks of the delivery, by their name or their line; an unknown one keeps what was typed."""
    names = [row for row, _clause in typed]
    lines = [int(name) for name in names if is_number(name)]
    found = delivery.tasks.filter(Q(name__in=names) | Q(line__in=lines)).values_list(
        "line", "name", "code", "job__procedure__code"
    )
    procedures = {code: procedure for _line, _name, code, procedure in found}
    by_line = {str(line): code for line, _name, code, _procedure in found}
    codes = by_line | {name: code for _line, name, code, _procedure in found if name}
    chosen = {codes.get(row, codes.get(row.lstrip("0"), row)): clause for row, clause in typed}
    return [ReworkRow(task, _number(clause, procedures.get(task, ""))) for task, clause in chosen.items()]


def clause_value(procedure: Procedure, number: str) -> str:
    """How a page sends a clause where several procedures may each have a clause of this number."""
    return f"{procedure.code}:{number}"


def _number(clause: str, procedure: str) -> str:
    """The number of a clause of the row's own procedure; one of another procedure keeps that one's name."""
    code, colon, number = clause.partition(":")
    if not colon or code == procedure:
        return number if colon else clause
    other = Procedure.objects.filter(code=code).first()
    return f"{number} ({other.name})" if other else clause
