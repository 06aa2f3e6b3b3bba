"""The register of rules: what each app says it keeps, in one list."""

from django.conf import settings
from django.utils.module_loading import import_string

from machikado.town.common.rules import Rule


def rules() -> list[Rule]:
    """Every rule of every app (settings.LAW_RULES), in the order of their codes. Raises ValueError for a code twice."""
    found: dict[str, Rule] = {}
    for dotted in settings.LAW_RULES:
        for rule in import_string(dotted):
            if rule.code in found:
                raise ValueError(f"the rule {rule.code} stands in the register twice")
            found[rule.code] = rule
    return [found[code] for code in sorted(found)]
