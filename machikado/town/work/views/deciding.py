"""What a form for a decision about a delivery shows: what was typed, and the clauses that a row may not meet."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from machikado.town.work.forms.decision import ROWS, DecisionForm, clause_value
from machikado.town.work.models import Job


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the form for rework: what was typed."""

    row: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause that a row may not meet, as the page sends it and as the client reads it."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class ProcedureOf:
    """One version of a procedure by which rows of the order were done."""

    name: str
    clauses: list[Clause]


@dataclass(frozen=True, slots=True)
class Deciding:
    """The form with its rows, and the procedures whose clauses they may name."""

    form: DecisionForm
    rows: list[Asked]
    procedures: list[ProcedureOf]


def deciding(form: DecisionForm, asked: Sequence[Asked], jobs: Sequence[Job]) -> Deciding:
    """The rows as typed, with some empty ones behind them; `jobs` are those of the order."""
    rows = [*asked, *[Asked()] * ROWS][: max(ROWS, len(asked))]
    return Deciding(form, rows, _procedures(jobs))


def _procedures(jobs: Sequence[Job]) -> list[ProcedureOf]:
    """The procedures of the order's jobs, each version once; two of them may have clauses of one number."""
    found = {job.procedure_id: job.procedure for job in jobs}.values()
    return [
        ProcedureOf(
            name=_("%(name)s, version %(version)s") % {"name": each.name, "version": each.version},
            clauses=[
                Clause(clause_value(each, clause["number"]), _("%(number)s %(title)s") % clause)
                for clause in each.clauses
            ],
        )
        for each in found
    ]
