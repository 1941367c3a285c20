from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("annotation", "0004_prompts"),
    ]

    operations = [
        migrations.AddField(
            model_name="subject",
            name="lead",
            field=models.FloatField(
                help_text="0–1, how much of a lead the pre-label takes them for; null: unknown", null=True
            ),
        ),
    ]
