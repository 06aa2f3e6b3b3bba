"""What the six questions walk in with: for each door that has a code in its address, an example and who may see it.

An app adds to `machikado/town/<app>/tests/examples.py` a dict `EXAMPLES`: the door's `example` → a function from the
cast to an `Example`. Objects are made through the actions, as people would make them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module

from django.apps import apps

from demo.cast import Cast

__all__ = ["Build", "Cast", "Example", "examples"]


@dataclass(frozen=True)
class Example:
    """One thing: what fills the address, and the short names of those who may know of it.

    `seen_by` None: everybody for whom the door opens may see it. `query` goes behind the address,
    `fields` into a POST. `unknown` fills the
    address of something that does not exist; without it a fresh code is taken for `code`.
    """

    kwargs: Mapping[str, str] = field(default_factory=dict)
    seen_by: frozenset[str] | None = None
    query: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] | None = None


Build = Callable[[Cast], Example]


@cache
def examples() -> dict[str, Build]:
    """The examples of all apps. Raises ValueError if a name stands twice."""
    found: dict[str, Build] = {"": lambda cast: Example()}
    for config in apps.get_app_configs():
        name = f"{config.name}.tests.examples"
        if not config.name.startswith("machikado.town."):
            continue
        try:
            module = import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name not in {name, f"{config.name}.tests"}:
                raise
            continue
        if twice := found.keys() & module.EXAMPLES.keys():
            raise ValueError(f"{sorted(twice)}: two apps give this example")
        found |= module.EXAMPLES
    return found
