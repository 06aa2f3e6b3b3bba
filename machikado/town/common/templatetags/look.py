"""Template tags and filters of the look: icons, parts with a body, charts, and how numbers and times are written."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from machikado.town.common import calendar
from machikado.town.common import clock as town_clock
from machikado.town.common.charts import Columns, Lines, Rows, column_geometry, line_geometry, row_geometry
from machikado.town.common.codes import spoken

register = template.Library()

SPRITE = "common/icons.svg"
LOOK_COOKIES = {"theme": ("light", "dark"), "letters": ("big",)}
CHIP_ICONS = {"good": "check-circle", "care": "clock", "bad": "alert", "key": "file", "lamp": "lamp"}


@cache
def icon_names() -> frozenset[str]:
    """The names of all drawn icons, as they stand in the sprite."""
    path = finders.find(SPRITE)
    if not path:
        raise LookupError(f"the sprite {SPRITE} is missing")
    with open(path, encoding="utf-8") as file:
        return frozenset(re.findall(r'<symbol id="i-([a-z-]+)"', file.read()))


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """One icon of the family; hidden from readers unless it stands without a word and so has a label."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"there is no icon {name!r}; see {SPRITE}")
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    css = f"icon {size}".strip()
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" {}><use href="{}#i-{}"/></svg>', css, spoken, static(SPRITE), name
    )


@register.simple_block_tag(takes_context=True)
def part(context: Context, content: SafeString, name: str, /, **values: Any) -> SafeString:
    """Renders `common/parts/<name>.html` round the enclosed markup, which the partial calls `body`."""
    if context.template is None:
        raise template.TemplateSyntaxError("a part is drawn inside a template")
    drawn = context.template.engine.get_template(f"common/parts/{name}.html")
    inner = context.new({**values, "body": content, "csrf_token": context.get("csrf_token")})
    return drawn.render(inner)


@register.simple_tag
def chip_icon(kind: str = "") -> SafeString:
    """The icon that goes with a kind of state, so that colour never speaks alone."""
    return icon(CHIP_ICONS[kind]) if kind in CHIP_ICONS else SafeString("")


@register.filter
def segment_states(total: int, done: int) -> list[str]:
    """`done` pieces behind, one in hand, the rest to come."""
    return ["done" if place < done else "now" if place == done else "" for place in range(total)]


@register.simple_tag(takes_context=True)
def page_link(context: Context, name: str, number: int) -> str:
    """The address of another page of the same list: the query stays, only the page changes."""
    request = getattr(context, "request", None)
    query = request.GET.copy() if request else QueryDict(mutable=True)
    query[name] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def look_attributes(context: Context) -> SafeString:
    """What the person chose, as attributes of <html>; anything else in the cookie counts as not chosen."""
    request = getattr(context, "request", None)
    if request is None:
        return SafeString("")
    chosen = [
        (name, request.COOKIES[name]) for name, values in LOOK_COOKIES.items() if request.COOKIES.get(name) in values
    ]
    return format_html_join("", ' data-{}="{}"', chosen)


@register.filter
def chosen_look(request: Any, name: str) -> str:
    """The value of one look cookie (`theme`, `letters`), or its default."""
    value = request.COOKIES.get(name, "") if request else ""
    return value if value in LOOK_COOKIES[name] else {"theme": "auto", "letters": "normal"}[name]


@register.inclusion_tag("common/parts/bar_chart.html")
def bar_chart(
    rows: Sequence[tuple[Any, float]], label: str, unit: str = "", now: str = "", shape: str = "rows"
) -> dict[str, Any]:
    """Bars from (name, number) pairs: `rows` lie with the number at the end, `columns` stand, one for each day."""
    pairs = [(str(name), value) for name, value in rows]
    drawn: Rows | Columns = column_geometry(pairs, now) if shape == "columns" else row_geometry(pairs, now)
    return {"chart": drawn, "label": label, "unit": unit, "shape": shape, "rows": pairs}


@register.inclusion_tag("common/parts/line_chart.html")
def line_chart(
    series: Sequence[tuple[Any, Sequence[float | None]]],
    labels: Sequence[Any],
    label: str,
    unit: str = "",
    **marks: Any,
) -> dict[str, Any]:
    """Lines over common labels; `plan` names the dashed series, `due` is the place (from 0) of the flag."""
    named = [(str(name), list(values)) for name, values in series]
    words = [str(word) for word in labels]
    drawn: Lines = line_geometry(named, words, str(marks.get("plan", "")), marks.get("due"))
    table = [(word, [values[place] for _name, values in named]) for place, word in enumerate(words)]
    return {"chart": drawn, "label": label, "unit": unit, "names": [name for name, _values in named], "table": table}


def _japanese() -> bool:
    return (get_language() or "ja").startswith("ja")


@register.filter
def number(value: float | None) -> str:
    """1234 → 1,234; nothing for None."""
    return "" if value is None else f"{value:,}".replace("-", "−")


@register.filter
def yen(value: int | None) -> str:
    """1234 → 1,234円, or ¥1,234 in English."""
    if value is None:
        return ""
    figure = f"{abs(value):,}"
    sign = "−" if value < 0 else ""
    return f"{sign}{figure}円" if _japanese() else f"{sign}¥{figure}"


@register.filter
def minutes(value: int | None) -> str:
    """25 → 25分, 65 → 1時間5分, 120 → 2時間."""
    if value is None:
        return ""
    hours, rest = divmod(int(value), 60)
    if not hours:
        return _("%(minutes)s min") % {"minutes": rest}
    if not rest:
        return _("%(hours)s h") % {"hours": hours}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}


def _day(value: date) -> date:
    """The day in the town, of a day or a moment."""
    return calendar.town_date(value) if isinstance(value, datetime) else value


@register.filter
def jp_date(value: date | None, year: str = "") -> str:
    """12月15日（火）, with the year if asked by `jp_date:"year"`; Tue 15 Dec in English."""
    if value is None:
        return ""
    day = _day(value)
    words = calendar.weekday_date(day)
    if not year:
        return words
    return f"{day.year}年{words}" if _japanese() else f"{words} {day.year}"


@register.filter
def dated(value: date | None) -> str:
    """12月15日（火）, with its year where that is not the present one."""
    if value is None:
        return ""
    return jp_date(value, "" if _day(value).year == calendar.town_date(town_clock.now()).year else "year")


@register.filter
def clock(value: datetime | time | None) -> str:
    """9:41 by the town's clock."""
    if value is None:
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = value.astimezone(calendar.town_zone())
    return f"{value.hour}:{value.minute:02d}"


@register.filter
def wareki(value: date | None) -> str:
    """令和8年12月15日; the western date in English."""
    if value is None:
        return ""
    day = _day(value)
    return calendar.wareki(day) if _japanese() else date_format(day, "j F Y")


@register.filter
def aloud(code: str) -> str:
    """A code in the groups in which it is read aloud."""
    return spoken(code)
