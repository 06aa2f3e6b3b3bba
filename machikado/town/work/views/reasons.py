"""The sentences of an offer: why this bundle, what it brings, what one item earns."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from machikado.town.work.bridge import Why
from machikado.town.work.models import Job

Numbers = Mapping[str, int]


def _fits(numbers: Numbers) -> str:
    minutes = numbers["spare_seconds"] // 60
    if minutes < 1:
        return _("It fits the time you have.")
    return ngettext("It ends with %(n)s minute to spare.", "It ends with %(n)s minutes to spare.", minutes) % {
        "n": minutes
    }


def _due(numbers: Numbers) -> str:
    if numbers["days"] == 0:
        return _("The client would like to have it today.")
    if numbers["days"] == 1:
        return _("The client would like to have it tomorrow.")
    return _("The client would like to have it in %(n)s days.") % {"n": numbers["days"]}


_SENTENCES: dict[str, Callable[[Numbers], str]] = {
    "fits": _fits,
    "just_fits": lambda numbers: _("One item fits exactly. If it takes longer, that is fine."),
    "your_drafts": lambda numbers: _("You began some of it; what you wrote is kept."),
    "past_due": lambda numbers: _("The client is waiting for it."),
    "due_soon": _due,
    "short_of_hands": lambda numbers: _("It needs more hands just now."),
    "done_well": lambda numbers: _("You have done this kind well before."),
    "done_before": lambda numbers: _("You know this kind of work."),
    "new_to_you": lambda numbers: _("It is new to you. The procedure leads you step by step."),
    "stays_paid": lambda numbers: _("If you stop on the way, what is done is paid."),
}


def sentence(why: Why) -> str:
    """One reason as a sentence."""
    return _SENTENCES[why.code](why.numbers)


def price(job: Job) -> str:
    """What one item earns; below one yen each it is said per so many items."""
    if job.price_items == 1:
        return _("%(yen)s yen per item.") % {"yen": f"{job.price_yen:,}"}
    return _("%(yen)s yen per %(items)s items.") % {"yen": f"{job.price_yen:,}", "items": job.price_items}
