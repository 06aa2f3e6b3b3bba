"""Chores that the tests hand to a worker."""

import time
from datetime import UTC, datetime

from django.db import OperationalError, transaction

from machikado.town.common import chores
from machikado.town.common.models import SearchKey

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CHUNKS = 12


@chores.chore(queue="now")
def mark(key: int) -> int:
    """Leave one row."""
    SearchKey.objects.create(kind="tried", key=str(key), noun_id=SearchKey.objects.count())
    return key


@chores.chore(queue="slow")
def mark_slowly(key: int) -> None:
    """Leave one row from the other queue."""
    SearchKey.objects.create(kind="tried", key=str(key), noun_id=SearchKey.objects.count())


@chores.chore(queue="now")
def stumble() -> None:
    """Fail."""
    raise ValueError("a sentence that somebody typed")


@chores.chore(queue="now")
def find_the_database_busy() -> None:
    """Fail in a way that another try may mend."""
    raise OperationalError("database is locked")


@chores.chore(queue="slow")
def count_in_chunks(name: str, chunks: int = CHUNKS) -> None:
    """Do each chunk in a transaction with its key, as an import does."""
    for chunk in range(chunks):
        chores.beat()
        with transaction.atomic():
            if chores.once(f"{name}:{chunk}", NOW):
                SearchKey.objects.create(kind="tried", key=str(chunk), noun_id=SearchKey.objects.count())
        time.sleep(0.15)
