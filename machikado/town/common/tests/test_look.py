"""The look: parts speak to every reader, forms come out as our fields, charts stand where they should."""

import re
from datetime import UTC, date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from machikado.town.common import clock, showcase
from machikado.town.common.charts import column_geometry, line_geometry, nice_top, row_geometry
from machikado.town.common.templatetags import look

TOWN = Path(__file__).parents[2]
COMMON = TOWN / "common"
PARTS = COMMON / "templates" / "common" / "parts"


@pytest.fixture(autouse=True)
def _japanese() -> Any:
    with translation.override("ja"):
        yield


def part(name: str, /, **values: Any) -> str:
    return render_to_string(f"common/parts/{name}.html", values)


def drawn(source: str, **values: Any) -> str:
    return Template("{% load look %}" + source).render(Context(values))


def shown(request: Any, template: str = "common/page.html", **values: Any) -> str:
    return str(render_to_string(template, values, request))


# --- icons --------------------------------------------------------------------------------------------------


def used_icons() -> set[tuple[str, str]]:
    names = set()
    for path in TOWN.glob("*/templates/**/*.html"):
        for name in re.findall(r'{% icon "([a-z-]+)"', path.read_text("utf-8")):
            names.add((path.name, name))
    return names


def test_every_icon_used_in_a_template_is_drawn() -> None:
    used = used_icons()
    assert len(used) > 20
    assert {(file, name) for file, name in used if name not in look.icon_names()} == set()


def test_an_icon_is_silent_beside_a_word_and_speaks_alone() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "check" %}')
    alone = drawn('{% icon "check" size="l" label=word %}', word='よ"い')
    assert 'role="img" aria-label="よ&quot;い"' in alone
    assert 'class="icon l"' in alone
    assert "aria-hidden" not in alone


def test_an_unknown_icon_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="no icon 'unicorn'"):
        drawn('{% icon "unicorn" %}')


def test_symbols_inherit_the_stroke_of_the_page() -> None:
    sprite = (COMMON / "static/common/icons.svg").read_text("utf-8")
    assert len(look.icon_names()) == sprite.count("<symbol ")
    assert "fill=" not in sprite
    assert "stroke=" not in sprite


# --- parts --------------------------------------------------------------------------------------------------


def test_a_field_names_its_unit_its_hint_and_its_error() -> None:
    html = part(
        "field", id="t", name="time", label="時間", hint="時と分", error="入れてください", required=True, unit="分"
    )
    assert '<label for="t">' in html
    assert 'aria-describedby="t_unit t_hint t_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="t_unit"' in html
    assert 'id="t_hint"' in html
    assert 'id="t_error"' in html
    assert " required" in html
    assert "かならず" in html


def test_a_field_without_trouble_promises_nothing() -> None:
    html = part("field", id="t", name="time", label="時間")
    assert "aria-describedby" not in html
    assert "aria-invalid" not in html
    assert "required" not in html


def test_a_button_that_opens_a_dialog_never_sends_the_form() -> None:
    html = part("button", label="やめる", opens="stop", kind="danger")
    assert 'type="button"' in html
    assert 'data-opens="stop"' in html
    assert 'type="submit"' in part("button", label="送る")


def test_a_dialog_is_named_by_its_title() -> None:
    html = drawn('{% part "dialog" id="stop" title="やめますか" %}<p>{{ word }}</p>{% endpart %}', word="<b>")
    assert '<dialog class="dialog" id="stop" aria-labelledby="stop-title">' in html
    assert '<h2 id="stop-title">やめますか</h2>' in html
    assert "<p>&lt;b&gt;</p>" in html


def test_a_part_escapes_what_it_is_told() -> None:
    html = drawn('{% part "card" title=title %}{% endpart %}', title="<script>")
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_steps_say_where_one_stands() -> None:
    html = part("steps", label="よやく", items=[{"label": "一", "state": "done"}, {"label": "二", "state": "now"}])
    assert html.count('aria-current="step"') == 1
    assert "（すみ）" in html
    assert 'aria-label="よやく"' in html


def test_segments_light_the_piece_in_hand() -> None:
    html = part("segments", label="6項目のうち3項目め", total=6, done=2)
    assert re.findall(r'<i(?: class="(\w+)")?>', html) == ["done", "done", "now", "", "", ""]
    assert 'role="img" aria-label="6項目のうち3項目め"' in html


def test_progress_polls_only_while_it_is_told_where() -> None:
    going = part("progress", label="読みこみ", value=600, max=2400, url="/live/")
    assert 'hx-get="/live/" hx-trigger="every 2s" hx-swap="outerHTML"' in going
    assert '<progress value="600" max="2400" aria-label="読みこみ">25%</progress>' in going
    assert "hx-get" not in part("progress", label="読みこみ", value=2400, max=2400)


@pytest.mark.parametrize(("kind", "name"), sorted(look.CHIP_ICONS.items()))
def test_a_state_is_never_told_by_colour_alone(kind: str, name: str) -> None:
    html = part("chip", label="ことば", kind=kind)
    assert f"#i-{name}" in html
    assert "ことば" in html


@pytest.mark.django_db
def test_pages_of_a_list_keep_the_other_questions() -> None:
    request = RequestFactory().get("/orders/?state=running&page=2")
    page = Paginator(range(60), 20).page(2)
    source = '{% include "common/parts/pagination.html" with page=page only %}'
    html = Template(source).render(RequestContext(request, {"page": page}))
    assert 'rel="prev" href="?state=running&amp;page=1"' in html
    assert 'rel="next" href="?state=running&amp;page=3"' in html
    assert "3ページのうち2ページめ" in html


def test_a_table_that_scrolls_can_be_reached_by_keyboard() -> None:
    html = drawn('{% part "table" caption="受注" %}<tbody></tbody>{% endpart %}')
    assert 'role="region" aria-label="受注" tabindex="0"' in html
    assert '<caption class="hidden-text">受注</caption>' in html


def test_a_repair_marks_before_and_after_in_words() -> None:
    html = part(
        "diff", items=[{"title": "当番", "before": "甲", "after": "乙", "effect": "同じ", "name": "r", "value": 1}]
    )
    assert "<del" in html
    assert "<ins" in html
    assert "前: " in html
    assert '<input type="checkbox" name="r" value="1">' in html


# --- forms --------------------------------------------------------------------------------------------------


def test_django_forms_come_out_as_our_fields() -> None:
    html = str(showcase.SampleForm())
    assert '<label for="id_name">お名前<span class="req">かならず</span></label>' in html
    assert '<p class="hint" id="id_phone_helptext">0から始まる番号です</p>' in html
    assert re.search(r'<input type="text" name="phone"[^>]* aria-describedby="id_phone_helptext"', html)
    assert re.search(r'<fieldset class="field"[^>]*>\s*<legend class="label">連絡のしかた</legend>', html)
    assert re.search(r'<div class="affix"><input type="number" name="amount"[^>]*><strong>円</strong></div>', html)
    assert re.search(r'<label class="check"><input type="checkbox" name="agreed"[^>]*>', html)
    assert "<table" not in html
    assert "<ul" not in html


def test_an_error_stands_between_label_and_box_and_is_told_to_readers() -> None:
    html = str(showcase.SampleForm({"amount": "many"})["amount"].as_field_group())
    label, error, box = html.index("<label"), html.index('<p class="error"'), html.index("<input")
    assert label < error < box
    assert 'id="id_amount_error"' in html
    assert 'aria-describedby="id_amount_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="many"' in html
    assert "#i-alert" in html


def test_django_speaks_in_our_voice() -> None:
    form = showcase.SampleForm({"amount": "many", "how": "smoke", "place": "hall"})
    assert form.errors["name"] == ["ここを入れてください。"]
    assert form.errors["amount"] == ["数字で入れてください。"]
    assert form.errors["how"] == ["ならんでいる中から選んでください。"]


def test_the_summary_leads_to_each_field_that_is_wrong() -> None:
    form = showcase.SampleForm({"amount": "many", "how": "smoke"})
    html = part("error_summary", form=form)
    targets = re.findall(r'href="#([\w-]+)"', html)
    assert targets == ["id_name", "id_amount", "id_how_0", "id_place", "id_agreed"]
    page = str(form)
    assert [target for target in targets if f'id="{target}"' not in page] == []
    assert 'tabindex="-1" data-focus' in html
    assert part("error_summary", form=showcase.SampleForm()).strip() == ""


# --- the shell ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_shell_wears_the_look_that_was_chosen() -> None:
    request = RequestFactory().get("/")
    request.COOKIES.update(theme="dark", letters="big")
    html = shown(request)
    assert '<html lang="ja" data-theme="dark" data-letters="big">' in html
    request.COOKIES.update(theme='"><script>', letters="huge")
    assert '<html lang="ja">' in shown(request)


@pytest.mark.django_db
def test_the_shell_can_be_skipped_and_needs_no_inline_script_or_style() -> None:
    html = shown(RequestFactory().get("/"), nav=[], viewer=None)
    assert html.index('<a class="skip" href="#main">') < html.index("<header")
    assert 'id="main"' in html
    assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", html)


@pytest.mark.django_db
def test_four_main_pages_become_tabs_and_many_go_into_the_menu() -> None:
    entries = [
        {"label": f"頁{n}", "url": f"/{n}/", "icon": "home", "current": "page" if n == 1 else ""} for n in range(7)
    ]
    few = shown(RequestFactory().get("/"), nav=entries[:4])
    many = shown(RequestFactory().get("/"), nav=entries)
    assert '<nav class="tabs only-phone"' in few
    assert few.count('aria-current="page"') == 2
    assert '<nav class="tabs only-phone"' not in many
    assert many.index("data-menu") < many.rindex("頁6")


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "403_csrf", "common/offline"])
def test_a_failure_page_stands_without_any_context(name: str) -> None:
    html = render_to_string(f"{name}.html")
    text = re.sub(r"<[^>]+>", " ", html)
    assert "最初のページへ" in text
    assert re.search("変わっていません|残って", text)
    assert not re.search("エラー|！", text)


@pytest.mark.django_db
def test_the_components_page_shows_every_part_and_every_icon() -> None:
    source = (COMMON / "templates/common/components.html").read_text("utf-8")
    elsewhere = {"stat", "card_header", "avatar", "field", "mark", "bar_chart", "line_chart"}
    missing = {
        path.stem
        for path in PARTS.glob("*.html")
        if path.stem not in elsewhere
        and f"parts/{path.stem}.html" not in source
        and f'part "{path.stem}"' not in source
    }
    assert missing == set()
    html = showcase.components(RequestFactory().get("/look/")).content.decode()
    assert [name for name in look.icon_names() if f"#i-{name}" not in html] == []
    assert "{#" not in html
    assert "{%" not in html
    ids = re.findall(r'<(?:section|dialog|main|form|div)[^>]* id="([\w-]+)"', html)
    assert "sample-dialog" in ids


# --- charts -------------------------------------------------------------------------------------------------


def test_lying_bars_are_in_proportion() -> None:
    # Longest name 4 letters: 4 × 13 + 12 = 64; room 320 − 64 − 60 = 196; 31 → 196, 19 → 196 × 19 / 31 = 120.1
    rows = row_geometry([("ようふく", 31), ("画像", 19), ("なし", 0)])
    assert [(bar.x, bar.y, bar.width) for bar in rows.bars] == [(64, 5, 196), (64, 29, 120), (64, 53, 0)]
    assert rows.height == 76
    assert rows.bars[1].after == 190


def test_standing_bars_begin_at_zero() -> None:
    # 4 columns: 82 wide each, bars 32; 76 high in all: 10 → 76, 5 → 38
    columns = column_geometry([("1", 10), ("2", 5), ("3", 0), ("4", 10)], now="4")
    assert [(bar.x, bar.y, bar.width, bar.height) for bar in columns.bars] == [
        (25, 20, 32, 76),
        (107, 58, 32, 38),
        (189, 96, 32, 0),
        (271, 20, 32, 76),
    ]
    assert [bar.now for bar in columns.bars] == [False, False, False, True]
    assert all(bar.shown for bar in columns.bars)


def test_names_that_would_touch_are_thinned_out() -> None:
    columns = column_geometry([(f"{day}日", day) for day in range(1, 31)])
    assert [bar.name for bar in columns.bars if bar.shown] == ["1日", "16日", "30日"]


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1, 1), (7, 8), (11, 15), (12, 15), (2397, 2500), (100, 100), (101, 150)]
)
def test_the_top_of_an_axis_is_round(value: float, top: int) -> None:
    assert nice_top(value) == top


def test_lines_leave_gaps_where_nothing_is_known() -> None:
    # Three labels: (304 − 52) / 2 = 126 apart; top 10: 92 high; 5 → 46, 10 → 92
    lines = line_geometry([("実際", [0, 5, None]), ("予定", [0, 5, 10])], ["18", "19", "20"], "予定", 2)
    assert [line.path for line in lines.lines] == ["M52 120 178 74", "M52 120 178 74 304 28"]
    assert [line.plan for line in lines.lines] == [False, True]
    assert lines.lines[0].end[:2] == (178, 74)
    assert [(tick.y, tick.word) for tick in lines.ticks] == [(120, "0"), (74, "5"), (28, "10")]
    assert lines.due is not None
    assert (lines.due.x, lines.due.y) == (304, 20)


def test_names_of_lines_do_not_lie_on_each_other() -> None:
    lines = line_geometry([("甲", [10, 10]), ("乙", [10, 10]), ("丙", [0, 9])], ["1", "2"], "", None)
    heights = sorted(line.label.y for line in lines.lines)
    assert all(later - earlier >= 15 for earlier, later in pairwise(heights))


def test_five_lines_are_too_many() -> None:
    with pytest.raises(ValueError, match="at most 4"):
        line_geometry([(str(n), [1]) for n in range(5)], ["1"], "", None)


def test_a_chart_has_a_message_and_the_same_numbers_as_a_table() -> None:
    html = drawn('{% bar_chart rows label="画像が多い" unit="人" %}', rows=[("画像", 1900), ("地図", 14)])
    assert 'role="img" aria-label="画像が多い"' in html
    table = html[html.index("<table") :]
    assert re.findall(r'<td class="right num">([^<]+)</td>', table) == ["1,900人", "14人"]
    lines = drawn('{% line_chart s days label="進み" %}', s=[("実際", [1, None])], days=["18", "19"])
    assert re.findall(r'<td class="right num">([^<]*)</td>', lines) == ["1", ""]


def test_empty_charts_stand_too() -> None:
    assert "<svg" in drawn('{% bar_chart rows label="まだない" %}', rows=[])
    assert "<svg" in drawn('{% line_chart rows days label="まだない" %}', rows=[("実際", [None])], days=["18"])


# --- numbers and times --------------------------------------------------------------------------------------


def test_numbers_and_times_in_japanese() -> None:
    nine = datetime(2026, 12, 15, 0, 41, tzinfo=UTC)
    assert look.yen(1234) == "1,234円"
    assert look.yen(-1234) == "−1,234円"
    assert [look.minutes(n) for n in (0, 25, 60, 65)] == ["0分", "25分", "1時間", "1時間5分"]
    assert look.jp_date(nine) == "12月15日（火）"
    assert look.dated(date(1999, 12, 15)) == "1999年12月15日（水）"
    assert look.dated(clock.now()) == look.jp_date(clock.now())
    assert look.dated(None) == ""
    assert look.jp_date(datetime(2026, 12, 15, 15, 0, tzinfo=UTC), "year") == "2026年12月16日（水）"
    assert look.clock(nine) == "9:41"
    assert look.clock(time(14, 5)) == "14:05"
    assert [look.yen(None), look.minutes(None), look.jp_date(None), look.clock(None), look.number(None)] == [""] * 5


def test_the_era_by_the_day_in_the_town() -> None:
    assert look.wareki(date(2026, 12, 15)) == "令和8年12月15日"
    assert look.wareki(datetime(2019, 4, 30, 15, 0, tzinfo=UTC)) == "令和元年5月1日"
    assert look.wareki(None) == ""


def test_numbers_and_times_in_english() -> None:
    with translation.override("en"):
        assert look.yen(1234) == "¥1,234"
        assert look.minutes(65) == "1 h 5 min"
        assert look.jp_date(date(2026, 12, 15)) == "Tue 15 Dec"
        assert look.jp_date(date(2026, 12, 15), "year") == "Tue 15 Dec 2026"
        assert look.wareki(date(2026, 12, 15)) == "15 December 2026"
