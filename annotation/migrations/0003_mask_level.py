from django.db import migrations, models


def model_masks_took_one_half(apps, schema_editor):
    """Until now every pre-label took its masks out of its mattes at 128. What people's masks took is not known."""
    planes = apps.get_model("annotation", "RevisionPlane").objects
    planes.filter(layer="mask", revision__source="model").update(level=128)


class Migration(migrations.Migration):

    dependencies = [
        ('annotation', '0002_put_away_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='revisionplane',
            name='level',
            field=models.PositiveSmallIntegerField(help_text='Of a mask: the alpha (of 255) from which it took pixels of a matte; null: it took none', null=True),
        ),
        migrations.RunPython(model_masks_took_one_half, migrations.RunPython.noop),
    ]
