from django.db import migrations, models


def forget_sentences(apps, schema_editor):
    """What was kept as English sentences goes; how often each was said stays, and the map can be imported once more."""
    apps.get_model("ride", "RoadNetwork").objects.update(remark_lines=[])


class Migration(migrations.Migration):

    dependencies = [("ride", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="roadnetwork",
            name="remark_lines",
            field=models.JSONField(help_text="the first of them: code, element of the map, the engine's words"),
        ),
        migrations.RunPython(forget_sentences, migrations.RunPython.noop),
    ]
