"""Reads `parameters.csv` into the table, again and again without a second effect."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

from machikado.town.law.models import Parameter
from machikado.town.law.queries import forget

TABLE = Path(__file__).with_name("parameters.csv")


def rows() -> list[Parameter]:
    """The rows of the file, not saved."""
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return [
            Parameter(
                code=row["code"],
                effective_from=date.fromisoformat(row["effective_from"]),
                value=int(row["value"]),
                certainty=row["certainty"],
                source=row["source"],
            )
            for row in csv.DictReader(lines)
        ]


def load(**_signal: Any) -> None:
    """Make the table equal to the file. Called after every `migrate`."""
    wanted = rows()
    Parameter.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["code", "effective_from"],
        update_fields=["value", "certainty", "source"],
    )
    kept = {(row.code, row.effective_from) for row in wanted}
    gone = [row.pk for row in Parameter.objects.all() if (row.code, row.effective_from) not in kept]
    Parameter.objects.filter(pk__in=gone).delete()
    forget()


def problems() -> list[str]:
    """Rows of the table that are not as in the file (somebody changed the law by hand)."""
    wanted = {(row.code, row.effective_from): (row.value, row.certainty) for row in rows()}
    found = {(row.code, row.effective_from): (row.value, row.certainty) for row in Parameter.objects.all()}
    return [
        f"parameter {code} of {day} is not as in parameters.csv"
        for code, day in sorted(wanted.keys() | found.keys())
        if wanted.get((code, day)) != found.get((code, day))
    ]
