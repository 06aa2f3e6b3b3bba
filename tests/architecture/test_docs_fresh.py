"""The documents keep up with the code: every app, engine, setting, event, command and route stands in its page."""

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer
from django.conf import settings
from ninja import NinjaAPI
from typer.main import get_command

from tests.architecture.tree import NOT_OURS, ROOT, packages

ENVIRONMENT = re.compile(r"MACHIKADO_[A-Z_]+|DATABASE_URL")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def missing(names: list[str], document: str, form: str = "{}") -> list[str]:
    """The names that a document does not hold, written in that form."""
    path = ROOT / document
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [name for name in names if form.format(name) not in text]


def environment_names(source: str) -> list[str]:
    """The names of settings that a module reads from the environment."""
    strings = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    return sorted(text for text in strings if isinstance(text, str) and ENVIRONMENT.fullmatch(text))


def event_kinds(source: str) -> list[str]:
    """The `kind = "…"` of each class of a module."""
    classes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ClassDef)]
    kinds = []
    for statement in (statement for class_ in classes for statement in class_.body):
        target = statement.targets[0] if isinstance(statement, ast.Assign) else getattr(statement, "target", None)
        value = getattr(statement, "value", None)
        if isinstance(target, ast.Name) and target.id == "kind" and isinstance(value, ast.Constant):
            kinds.append(str(value.value))
    return kinds


def commands(app: typer.Typer) -> list[str]:
    """`machikado x` for each command, `machikado x y` for commands below one."""

    def walk(command: object, path: str) -> Iterator[str]:
        children = getattr(command, "commands", None)
        if children is None:
            yield path
        for name, child in (children or {}).items():
            yield from walk(child, f"{path} {name}")

    return sorted(walk(get_command(app), "machikado"))


def routes(api: NinjaAPI) -> list[str]:
    """`GET /api/v1/…` for each operation of an API."""
    paths = api.get_openapi_schema(path_prefix="")["paths"]
    return sorted(f"{method.upper()} {path}" for path, methods in paths.items() for method in methods)


def broken_links(document: Path) -> list[str]:
    """Relative links of a Markdown file that lead nowhere."""
    found = (match.group(1) or match.group(2) for match in LINK.finditer(document.read_text(encoding="utf-8")))
    targets = (link.split("#")[0] for link in found if "://" not in link and not link.startswith(("mailto:", "#", "/")))
    return [f"{document.name}: {target}" for target in targets if target and not (document.parent / target).exists()]


@pytest.mark.parametrize("folder", ["machikado/town", "machikado/engines"])
def test_the_map_names_every_app_and_engine(folder: str) -> None:
    assert missing(packages(folder), "ARCHITECTURE.md", "`{}`") == []


def test_every_setting_is_explained() -> None:
    source = Path(import_module(settings.SETTINGS_MODULE).__file__ or "").read_text(encoding="utf-8")
    names = environment_names(source)
    assert "DATABASE_URL" in names or "dj_database_url" in source
    assert missing(sorted({*names, "DATABASE_URL"}), "docs/guide/settings.md", "`{}`") == []


def test_every_kind_of_event_is_explained() -> None:
    town = ROOT / "machikado" / "town"
    files = [*town.glob("*/events.py"), *town.glob("*/events/*.py")]
    kinds = [kind for path in files for kind in event_kinds(path.read_text(encoding="utf-8"))]
    assert missing(kinds, "docs/events.md", "`{}`") == []


@pytest.mark.skipif(importlib.util.find_spec("machikado.cli") is None, reason="the command line is not born yet")
def test_every_command_is_explained() -> None:
    assert missing(commands(import_module("machikado.cli").app), "docs/cli.md", "`{}") == []


def test_every_route_of_the_api_is_explained() -> None:
    import_module(settings.ROOT_URLCONF)
    house = [module for name, module in sys.modules.items() if name.startswith("machikado.")]
    apis = {id(api): api for module in house for api in vars(module).values() if isinstance(api, NinjaAPI)}
    if not apis:
        pytest.skip("the API is not born yet")
    found = [route for api in apis.values() for route in routes(api)]
    assert missing(found, "docs/api.md", "`{}`") == []


def test_every_relative_link_leads_somewhere() -> None:
    documents = [
        path for path in ROOT.rglob("*.md") if not ({*NOT_OURS, ".venv", "var"} & {*path.relative_to(ROOT).parts})
    ]
    assert [link for document in documents for link in broken_links(document)] == []


def lost_tests(text: str) -> list[str]:
    """`file.py::test` for each test that a document names and that does not exist."""
    named = re.findall(r"`([\w/.]+\.py)::(\w+)`", text)
    sources = {file: (ROOT / file).read_text("utf-8") if (ROOT / file).exists() else "" for file, _test in named}
    return [f"{file}::{test}" for file, test in named if f"\ndef {test}(" not in sources[file]]


def test_each_line_of_the_readme_points_to_one_test_that_exists() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rows = [row.split("|")[3].strip() for row in readme.splitlines() if row.startswith("|")][2:]
    assert rows
    assert [cell for cell in rows if not re.fullmatch(r"`[\w/.]+\.py::test_\w+`", cell)] == []
    assert lost_tests(readme) == []
    assert lost_tests("`tests/test_doors.py::test_planted` `nowhere.py::test_a`") == [
        "tests/test_doors.py::test_planted",
        "nowhere.py::test_a",
    ]


def test_both_readmes_say_what_the_other_says() -> None:
    """As many headings and lines of the table; the same tests, pictures, commands, links, but those to each other."""
    named = []
    for name, other in (("README.md", "README.ja.md"), ("README.ja.md", "README.md")):
        text = (ROOT / name).read_text("utf-8")
        found = re.findall(r"`([^`\n]+)`|\]\(([^)]+)\)", text)
        shape = (text.count("\n## "), text.count("\n|"))
        named.append((shape, {code or link for code, link in found} - {other}))
    assert named[0] == named[1]


def test_what_is_not_written_down_is_found(tmp_path: Path) -> None:
    app, api = typer.Typer(), NinjaAPI(urls_namespace="planted")
    app.command("plant")(lambda: None)
    app.command("water")(lambda: None)
    api.get("/planted")(lambda request: None)
    document = tmp_path / "page.md"
    document.write_text('[a](page.md) [b](nowhere.md#x) [c](https://example.org) <img src="no.png">', encoding="utf-8")
    assert environment_names("import os\nos.environ['MACHIKADO_PLANTED']") == ["MACHIKADO_PLANTED"]
    assert event_kinds("class E:\n    kind: ClassVar[str] = 'work.planted'\nclass F:\n    kind = 'x'") == [
        "work.planted",
        "x",
    ]
    assert commands(app) == ["machikado plant", "machikado water"]
    assert routes(api) == ["GET /planted"]
    assert broken_links(document) == ["page.md: nowhere.md", "page.md: no.png"]
    assert missing(["planted"], "docs/nowhere.md") == ["planted"]
