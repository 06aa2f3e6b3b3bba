"""Whether the town is sound: one list of every `problems()`, run by `machikado check`."""

import inspect
from collections.abc import Iterator

from django.conf import settings
from django.utils.module_loading import import_string


def all_problems(full: bool = True) -> Iterator[str]:
    """Yield a sentence per problem, from every function of settings.PROBLEMS.

    Those that can spare effort (reading every stored byte) take `full`.
    """
    for dotted in settings.PROBLEMS:
        problems = import_string(dotted)
        takes_full = "full" in inspect.signature(problems).parameters
        yield from problems(full=full) if takes_full else problems()
