"""What the law asks of the house every day: nothing is kept longer than its rule of retention says."""

from datetime import datetime

from django.db import transaction

from machikado.town.common import chores, clock, files
from machikado.town.common.actors import SYSTEM
from machikado.town.common.calendar import town_date
from machikado.town.common.diary import record
from machikado.town.common.retention import Retention
from machikado.town.law import retention
from machikado.town.law.events import RetentionEnded


def end_retention(now: datetime) -> int:
    """Tick: ask for each rule of retention to be applied, each as a chore of its own. Returns how many were asked."""
    waiting = [rule.code for rule in retention.rules() if not chores.is_awaited(apply_rule, code=rule.code)]
    for code in waiting:
        chores.later(apply_rule, code=code)
    return len(waiting)


@chores.chore(queue="slow")
def apply_rule(code: str) -> int:
    """Erase what one rule keeps no longer. Returns how many rows and files went."""
    rule = next(rule for rule in retention.rules() if rule.code == code)
    return apply(rule, clock.now())


def apply(rule: Retention, now: datetime) -> int:
    """Erase what this rule keeps no longer; a second time changes nothing. Returns how many rows and files went.

    The rows go in one transaction with their diary row, the bytes after it: whoever is interrupted between the two
    finds the uses of the files again the next day.
    """
    before = retention.lets_go_before(rule, now)
    with transaction.atomic():
        rows = rule.remove(before, now)
        count = rule.uses(before).count() if rule.uses else 0
        if rows or count:
            event = RetentionEnded(code=rule.code, before=town_date(before).isoformat(), rows=rows, files=count)
            record(event, by=SYSTEM, now=now)
    if rule.uses and count:
        files.remove_after_retention(rule.uses(before), now=now)
    return rows + count
