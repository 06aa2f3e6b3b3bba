"""What `machikado bench dispatch` was asked to measure: sets or instances, seconds, seed, where data lies and goes."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

STATIC = ("darp-a", "darp-r", "pdptw-100", "pdptw-large")
OTHER = ("online", "offers", "day", "dynamic", "hga", "roads", "cold")
SETS = (*STATIC, *OTHER)
SMALL = "small"  # every fifth static instance by name
ALL = "all"


def _data() -> Path | None:
    """The folder of public data that the environment names."""
    return Path(os.environ["MACHIKADO_DATA"]) if os.environ.get("MACHIKADO_DATA") else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of the command; each is a field."""

    json: Annotated[bool, typer.Option("--json", help="one object a line")] = False
    set: Annotated[
        str, typer.Option("--set", help=f"{', '.join(SETS)}, {SMALL}, {ALL}, or names of instances, with commas")
    ] = ALL
    seconds: Annotated[float | None, typer.Option(help="for each instance; else what the demand says")] = None
    seed: Annotated[int, typer.Option(help="the same seed and rounds give the same plan")] = 1
    data: Annotated[Path | None, typer.Option(help="folder of instances; else MACHIKADO_DATA")] = field(
        default_factory=_data
    )
    out: Annotated[Path | None, typer.Option(help="folder for the solutions")] = None
    quick: Annotated[bool, typer.Option("--quick", help="small sizes, to see that it runs")] = False

    @property
    def words(self) -> list[str]:
        """The sets or instances, one by one."""
        return [word.strip() for word in self.set.split(",") if word.strip()]

    def wants(self, name: str) -> bool:
        """Whether a set was asked for by its name, or all were."""
        return name in self.words or ALL in self.words
