"""The bench runs, and what it measures without pyroutingkit is the same."""

from machikado.engines.roads.bench import figures
from tests import public_data


def test_the_bench_measures_everything_it_says() -> None:
    found = [*figures(public_data.path(""), quick=True)]
    assert [figure["name"] for figure in found if figure["demand"]] == [
        "roads: 200 × 200 stops, andorra",
        "roads: closure applied, andorra",
        "roads: 200 × 200 stops, andorra, restrictions drawn at random",
    ]
    assert {"name", "value", "unit", "demand", "ok", "cpu_s", "wall_s", "note"} == {*found[0]}
    assert "equal to the millisecond" in {figure["note"] for figure in found}
    helsinki = next(figure for figure in found if "helsinki" in str(figure["name"]))
    assert "45 restrictions read, 38 bans" in str(helsinki["note"])
