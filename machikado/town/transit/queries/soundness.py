"""What must hold about transit, asked by `machikado check`; shares no code with the actions."""

from django.db.models import Count, F, Q

from machikado.town.transit.models import Timetable


def problems() -> list[str]:
    """Operators with two versions in use, versions in use without their file."""
    used = Timetable.objects.filter(used_from__isnull=False, used_until=None)
    twice = used.values("operator").annotate(count=Count("pk")).filter(count__gt=1).count()
    found = [f"{twice} operators have two timetables in use"] if twice else []
    found += [f"timetable {row.code}: its file is missing" for row in used.filter(file=None)]
    strange = Timetable.objects.filter(Q(runs=0) | Q(lines=0) | Q(halts__lt=2) | ~Q(file__file__sha256=F("sha256")))
    return found + [f"timetable {row.code}: its file is another" for row in strange.exclude(file=None)]
