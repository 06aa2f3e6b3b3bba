"""What a manager enters about fares: a version of the table, free days, and a ride to try it on."""

import unicodedata
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.ride.actions.fares import NewFares, NewFreePeriod, NewPass
from machikado.town.ride.fare import MOST_RIDERS, Party, Rider, Tariff, zones
from machikado.town.ride.forms.boxes import StopChoice, of_area
from machikado.town.ride.models import FareTable, ServiceArea
from machikado.town.ride.models.fares import RIDERS

STEPS = [(1, _("1 yen")), (10, _("10 yen")), (50, _("50 yen")), (100, _("100 yen"))]
DAY = {"type": "date"}
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class FaresForm(forms.Form):
    """A version of the fares, as short lines that can be read aloud: `AA 200`, `A B BB`."""

    effective_from = forms.DateField(label=_("In force from"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    sections = forms.CharField(
        label=_("Sections"),
        widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line: name and yen of an adult, for example AA 200"),
    )
    pairs = forms.CharField(
        label=_("Zones"),
        widget=forms.Textarea({"rows": 7}),
        help_text=_("One a line: two zones and their section, for example A B BB. There and back are the same."),
    )
    round_up_yen = forms.TypedChoiceField(label=_("Shares are rounded up to"), choices=STEPS, coerce=int)
    passes = forms.CharField(
        label=_("Passes"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("One a line: name, adult or child …, yen, days, for example 1か月定期 adult 6000 30"),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for rider, label in RIDERS:
            box: Any = forms.IntegerField(
                label=label, min_value=0, max_value=100, widget=forms.TextInput({"inputmode": "numeric"})
            )
            box.widget.unit = "%"
            self.fields[f"share_{rider}"] = box

    @property
    def share_boxes(self) -> list[Any]:
        """The boxes of what each kind of rider pays."""
        return [self[f"share_{rider}"] for rider, _label in RIDERS]

    def clean_sections(self) -> dict[str, int]:
        """Name → yen. Raises ValidationError with the line."""
        rows = [_words(line, 2) for line in _lines(self.cleaned_data["sections"])]
        return _once((name, _whole(yen)) for name, yen in rows)

    def clean_pairs(self) -> dict[tuple[str, str], str]:
        """Two zones → section. Raises ValidationError with the line."""
        rows = [_words(line, 3) for line in _lines(self.cleaned_data["pairs"])]
        return _once((zones(one, other), section) for one, other, section in rows)

    def clean_passes(self) -> tuple[NewPass, ...]:
        """Passes. Raises ValidationError with the line."""
        rows = [_words(line, 4) for line in _lines(self.cleaned_data["passes"])]
        if strange := [rider for _name, rider, _yen, _days in rows if rider not in set(Rider)]:
            known = ", ".join(rider.value for rider in Rider)
            raise forms.ValidationError(
                _("“%(word)s” is no kind of rider. Known are: %(known)s"), params={"word": strange[0], "known": known}
            )
        figures = _once(((name, rider), (_whole(yen), _whole(days))) for name, rider, yen, days in rows)
        return tuple(NewPass(name, Rider(rider), yen, days) for (name, rider), (yen, days) in figures.items())

    def fares(self) -> NewFares:
        """What was entered. The form is valid."""
        given = self.cleaned_data
        shares = {Rider(rider): given[f"share_{rider}"] * 100 for rider, _label in RIDERS}
        tariff = Tariff(given["sections"], given["pairs"], shares, given["round_up_yen"])
        return NewFares(given["effective_from"], tariff, given["passes"], given["note"])


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _words(line: str, count: int) -> list[str]:
    words = line.replace(",", " ").replace("、", " ").split()
    if len(words) != count:
        raise forms.ValidationError(
            _("“%(line)s” has %(found)s words; %(count)s are wanted, with blanks between them."),
            params={"line": line[:60], "found": len(words), "count": count},
        )
    return words


def _once(pairs: Iterable[tuple[Key, Value]]) -> dict[Key, Value]:
    """Lines as a table by their key. Raises ValidationError where two lines have the same."""
    found: dict[Key, Value] = {}
    for key, value in pairs:
        if key in found:
            words = " ".join(key) if isinstance(key, tuple) else key
            raise forms.ValidationError(_("“%(words)s” stands twice. Please keep one line."), params={"words": words})
        found[key] = value
    return found


def _whole(word: str) -> int:
    word = unicodedata.normalize("NFKC", word)
    if not (word.isascii() and word.isdigit() and len(word) <= 7):
        raise forms.ValidationError(_("“%(word)s” is no whole number."), params={"word": word[:20]})
    return int(word)


def initial_of(table: FareTable | None) -> dict[str, Any]:
    """What a new version begins with: the last one, else what is usual."""
    if table is None:
        shares = {Rider.ADULT: 100, Rider.CHILD: 50, Rider.DISABLED: 50, Rider.COMPANION: 50, Rider.PRESCHOOL: 0}
        return {"round_up_yen": 10, "sections": "AA 200"} | {f"share_{rider}": yen for rider, yen in shares.items()}
    pairs = table.pairs.select_related("section").order_by("one", "other")
    return {
        "round_up_yen": table.round_up_yen,
        "sections": "\n".join(f"{each.name} {each.yen}" for each in table.sections.all()),
        "pairs": "\n".join(f"{pair.one} {pair.other} {pair.section.name}" for pair in pairs),
        "passes": "\n".join(f"{each.name} {each.rider} {each.yen} {each.days}" for each in table.passes.order_by("pk")),
        **{f"share_{row.rider}": row.share // 100 for row in table.shares.all()},
    }


class FreeForm(forms.Form):
    """Why and when nobody pays."""

    name = forms.CharField(label=_("Name of the free days"), max_length=40, help_text=_("For example 無料お試し期間"))
    first_day = forms.DateField(label=_("First day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))

    def period(self) -> NewFreePeriod:
        """What was entered. The form is valid."""
        return NewFreePeriod(**self.cleaned_data)


class TryForm(forms.Form):
    """A ride to try the fares on."""

    one = StopChoice(label=_("From where"), empty_label=_("Please choose"))
    other = StopChoice(label=_("To where"), empty_label=_("Please choose"))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))

    def __init__(self, area: ServiceArea, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        boxes: dict[str, Any] = self.fields
        boxes["one"].queryset = boxes["other"].queryset = of_area(area)
        for rider, label in RIDERS:
            self.fields[rider] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=MOST_RIDERS,
                required=False,
                widget=forms.TextInput({"inputmode": "numeric"}),
            )

    @property
    def rider_boxes(self) -> list[Any]:
        """How many of each kind ride."""
        return [self[rider] for rider, _label in RIDERS]

    def party(self) -> Party:
        """Who rides. The form is valid."""
        return Party({Rider(rider): self.cleaned_data[rider] or 0 for rider, _label in RIDERS})
