"""How the town is: does the database answer, does a worker live, does the sealer keep up."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import DatabaseError, connection

from machikado.town.common import clock
from machikado.town.common.models import Ticked, Unsealed

WORKER = "worker"
SEALER = "sealer"
# Seconds after which a silence is bad: a worker notes its life every few seconds.
WORKER_SILENCE = 60
SEALER_LAG = 60


@dataclass(frozen=True, slots=True)
class Health:
    """Ages are in real seconds; None where it was never seen."""

    database: bool
    worker_age: float | None
    sealer_lag: float | None

    @property
    def is_good(self) -> bool:
        """Whether a visitor is served as they should be."""
        return (
            self.database
            and self.worker_age is not None
            and self.worker_age < WORKER_SILENCE
            and self.sealer_lag is not None
            and self.sealer_lag < SEALER_LAG
        )


def look() -> Health:
    """Ask the database how the town is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        ages = {
            name: _age(at) for name, at in Ticked.objects.filter(name__in=[WORKER, SEALER]).values_list("name", "at")
        }
        lag = ages.get(SEALER) if Unsealed.objects.exists() else 0.0
    except DatabaseError:
        return Health(database=False, worker_age=None, sealer_lag=None)
    return Health(database=True, worker_age=ages.get(WORKER), sealer_lag=lag)


def seen() -> None:
    """Note that a worker lives at this real moment."""
    Ticked.objects.update_or_create(name=WORKER, defaults={"at": clock.real_now()})


def _age(at: datetime) -> float:
    return round((datetime.now(UTC) - at).total_seconds(), 1)
