"""Turns a dataclass of options into the options of a command, since a function with eight parameters says nothing."""

import inspect
from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, TypeVar, get_type_hints

Options = TypeVar("Options")


def fields_as_options(options: type[Options]) -> Callable[[Callable[[Options], None]], Callable[..., None]]:
    """Make a command of a function that takes one dataclass: each field is an option, its default the option's."""
    hints = get_type_hints(options, include_extras=True)
    parameters = []
    for each in fields(options):  # type: ignore[arg-type]
        default = each.default if each.default_factory is MISSING else each.default_factory()
        parameters.append(
            inspect.Parameter(each.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hints[each.name])
        )

    def command_of(function: Callable[[Options], None]) -> Callable[..., None]:
        def command(**given: Any) -> None:
            function(options(**given))

        command.__name__, command.__doc__ = function.__name__, function.__doc__
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {each.name: hints[each.name] for each in fields(options)}  # type: ignore[arg-type]
        return command

    return command_of
