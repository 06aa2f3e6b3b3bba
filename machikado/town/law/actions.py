"""What the law asks of the house every day: nothing is kept longer than its rule of retention says."""

from datetime import datetime

from django.db import transaction

from machikado.town.common import chores, files
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.retention import Retention
from machikado.town.law import retention
from machikado.town.law.events import RetentionEnded


def end_retention(now: datetime) -> int:
    """Tick: apply every rule of retention. Returns how many rows and files went.

    A rule that fails does not hold up the others; raises ExceptionGroup when all were tried.
    """
    gone, faults = 0, []
    for rule in retention.rules():
        try:
            gone += apply(rule, now)
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise ExceptionGroup("rules of retention failed", faults)
    return gone


@transaction.atomic
def apply(rule: Retention, now: datetime) -> int:
    """Erase what this rule keeps no longer; a second time changes nothing. Returns how many rows and files go.

    The bytes of files go in a chore that is asked for in the same transaction.
    """
    before = retention.lets_go_before(rule, now)
    rows = rule.remove(before, now)
    count = rule.uses(before).count() if rule.uses else 0
    if rows or count:
        event = RetentionEnded(code=rule.code, before=town_date(before).isoformat(), rows=rows, files=count)
        record(event, by=SYSTEM, now=now)
    if count:
        chores.later(remove_files, code=rule.code, at=now.isoformat())
    return rows + count


@chores.chore(queue="slow")
def remove_files(code: str, at: str) -> int:
    """Remove the files that one rule kept no longer at a moment. Returns how many stored files lost their bytes."""
    rule, now = next(rule for rule in retention.rules() if rule.code == code), datetime.fromisoformat(at)
    return files.remove_after_retention(rule.uses(retention.lets_go_before(rule, now)), now=now) if rule.uses else 0
