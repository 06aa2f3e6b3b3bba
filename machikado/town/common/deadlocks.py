"""Does a transaction again that PostgreSQL ended because it and another waited for each other."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

Given = ParamSpec("Given")
Result = TypeVar("Result")

TRIES = 4
DEADLOCK = "40P01"  # PostgreSQL, appendix A: deadlock_detected


def again_after_deadlock(act: Callable[Given, Result]) -> Callable[Given, Result]:
    """Do `act`, a whole transaction, up to TRIES times; inside another transaction once, as that is lost whole."""

    @wraps(act)
    def done(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        tries = 1 if connection.in_atomic_block else TRIES
        for _try in range(tries - 1):
            try:
                return act(*args, **kwargs)
            except OperationalError as fault:
                if getattr(fault.__cause__, "sqlstate", "") != DEADLOCK:
                    raise
        return act(*args, **kwargs)

    return done
