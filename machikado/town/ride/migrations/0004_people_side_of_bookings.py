import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Max

from machikado.town.common.calendar import midnight, town_date


def fill(apps, schema_editor):
    """When passengers used the bus last; and a stop in what they were told, which older messages do not name."""
    booking, passenger = apps.get_model("ride", "Booking"), apps.get_model("ride", "Passenger")
    days = {row["rider"]: row["last"] for row in booking.objects.values("rider").annotate(last=Max("day"))}
    known = {row.person_id: row for row in passenger.objects.all()}
    for row in known.values():
        said = town_date(row.changed_at)
        row.used_on = max(said, days.get(row.person_id, said))
        row.save(update_fields=["used_on"])
    for person, day in days.items():
        if person is not None and person not in known:
            passenger.objects.create(person_id=person, used_on=day, changed_at=midnight(day))
    for message in apps.get_model("people", "Message").objects.filter(kind__startswith="ride."):
        message.params = {"stop": "—", **message.params}
        message.save(update_fields=["params"])


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_roles_of_the_bus"),
        ("ride", "0003_bookings_and_plans"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="beyond",
            field=models.CharField(
                blank=True, help_text="why the desk went beyond the limits of asking", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                help_text="who typed it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="from_code",
            field=models.CharField(
                blank=True, help_text="of the place that was chosen; two may be called so", max_length=12
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="to_code",
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name="passenger",
            name="used_on",
            field=models.DateField(
                default="2026-11-27",
                help_text="the last day for which they asked, rode, or said something of themselves",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="booking",
            name="cancel_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("rider", "The passenger does not want to ride"),
                    ("changed", "Another booking took its place"),
                    ("staff", "Cancelled by the centre"),
                ],
                help_text="who decided",
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="passenger",
            index=models.Index(fields=["used_on"], name="passenger_last_used"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
