"""The terms of a job in words, line by line, from the body that is kept under its digest."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def term_lines(body: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each term with its name, as a worker reads it."""
    price = _("%(yen)s yen for %(items)s items") if body["price_items"] != 1 else _("%(yen)s yen for each item")
    lines = [
        (_("Job"), str(body["title"])),
        (_("Client"), str(body["client"]) or _("the centre")),
        (_("Pay"), price % {"yen": f"{body['price_yen']:,}", "items": body["price_items"]}),
        (_("Day of receipt"), _("The day on which you hand an item in is day 1.")),
        (
            _("Payment"),
            _("On day %(days)s. It waits for no check and no invoice.") % {"days": body["pay_days"]},
        ),
        (
            _("Checking"),
            _("Within %(days)s days; after that it counts as accepted for your pay.") % {"days": body["review_days"]},
        ),
        (_("Redo"), _("Only with a clause and only if a second person agrees; what you earned stays.")),
        (_("Rejection"), _("Only with a clause and a reason, and only if a second person agrees.")),
        (
            _("Procedure"),
            _("%(name)s, version %(version)s") % {"name": body["procedure_name"], "version": body["procedure_version"]},
        ),
    ]
    if body["sample"]:
        lines.append((_("Sample town"), _("Nobody is really paid.")))
    return lines
