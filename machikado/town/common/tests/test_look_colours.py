"""The colours of the look by day and by night: WCAG contrast of every pair that meets on a page."""

import re
from pathlib import Path

import pytest

LOOK = Path(__file__).parents[1] / "look"
TOKENS = Path(__file__).parents[4] / "node_modules/@digital-go-jp/design-tokens/dist/tokens.css"

TEXT = [
    ("text", "ground"), ("text", "surface"), ("text", "surface-raised"), ("text", "lamp"), ("text", "key-soft"),
    ("text-soft", "ground"), ("text-soft", "surface"), ("text-soft", "ground-deep"), ("text-soft", "lamp"),
    ("text-soft", "key-soft"), ("text-on-key", "key"), ("text-on-key", "key-hover"), ("key", "surface"),
    ("key", "ground"), ("key", "key-soft"), ("link", "ground"), ("link", "surface"), ("link", "lamp"),
    ("lamp-text", "ground"), ("lamp-deep", "lamp"), ("good-text", "good-soft"), ("care-text", "care-soft"),
    ("care-text", "surface"), ("bad-text", "bad-soft"), ("bad-text", "ground"), ("bad-text", "surface"),
    ("map-label", "map-land"), ("surface", "bad"),
]  # fmt: skip
CONTROLS = [
    ("control", "surface"), ("control", "ground"), ("key", "ground"), ("good", "surface"), ("bad", "surface"),
    ("bad", "ground"), ("lamp-solid", "surface"), ("lamp-solid", "ground"), ("focus-outer", "ground"),
    ("focus-outer", "surface"), ("map-route", "map-land"), *((f"chart-{n}", "surface") for n in range(1, 7)),
]  # fmt: skip


def declared(path: Path) -> dict[str, str]:
    text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
    return {name: value.strip() for name, value in re.findall(r"--([a-z0-9-]+):([^;{}]*);", text)}


def roles() -> dict[str, tuple[str, str]]:
    pairs = {}
    for name, value in declared(LOOK / "roles.css").items():
        found = re.fullmatch(r"var\(--day, (.+)\) var\(--night, (.+)\)", value)
        if found and "shade" not in name:
            pairs[name] = (found[1], found[2])
    return pairs


def hexed(value: str, tokens: dict[str, str]) -> str:
    while found := re.fullmatch(r"var\(--([a-z0-9-]+)\)", value):
        value = tokens[found[1]]
    assert re.fullmatch(r"#[0-9a-f]{6}", value), value
    return value


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def measured(one: str, other: str, night: int) -> float:
    tokens = declared(TOKENS) | declared(LOOK / "tokens.css")
    pairs = roles()
    return contrast(hexed(pairs[one][night], tokens), hexed(pairs[other][night], tokens))


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("night", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("text", "under"), TEXT)
def test_text_can_be_read(text: str, under: str, night: int) -> None:
    assert measured(text, under, night) >= 4.5


@pytest.mark.parametrize("night", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("control", "under"), CONTROLS)
def test_controls_and_series_can_be_seen(control: str, under: str, night: int) -> None:
    assert measured(control, under, night) >= 3


def test_every_value_stands_once() -> None:
    text = (LOOK / "roles.css").read_text("utf-8")
    names = re.findall(r"^  --([a-z0-9-]+): var\(--day", text, flags=re.M)
    assert len(names) > 40
    assert len(names) == len(set(names))
    elsewhere = [path.name for path in LOOK.glob("*.css") if path.name not in ("roles.css", "print.css")]
    assert [name for name in elsewhere if "--night" in (LOOK / name).read_text("utf-8")] == []


def test_only_roles_and_paper_name_colours() -> None:
    own = {"roles.css", "tokens.css", "sheet.css", "print.css"}
    named = [
        (path.name, colour)
        for path in LOOK.glob("*.css")
        if path.name not in own
        for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8"))
    ]
    assert named == []


def test_every_variable_is_declared() -> None:
    known = set(declared(TOKENS))
    for path in LOOK.glob("*.css"):
        known |= set(declared(path))
    used = {
        (path.name, name)
        for path in LOOK.glob("*.css")
        for name in re.findall(r"var\(--([a-z0-9-]+)", path.read_text("utf-8"))
    }
    assert {(file, name) for file, name in used if name not in known} == set()


def test_every_sheet_is_short_and_entered() -> None:
    entry = (LOOK / "look.css").read_text("utf-8")
    for path in LOOK.glob("*.css"):
        lines = path.read_text("utf-8").splitlines()
        assert len(lines) <= 400, path.name
        assert max(map(len, lines)) <= 120, path.name
        assert path.name == "look.css" or f'"./{path.name}"' in entry, path.name
