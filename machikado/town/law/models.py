"""Dated parameters of the law: rates, days and thresholds, each from a date on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Certainty(models.TextChoices):
    """How sure we are of a row. Whatever is not certain is shown to staff as 要確認."""

    CERTAIN = "C", _("Certain")
    PROBABLE = "P", _("Probable: check with the authority")
    UNSURE = "U", _("Unsure: check with the authority")


class Parameter(models.Model):
    """The value of one parameter from a day on, until a later row of the same code."""

    code = models.CharField(max_length=60)
    effective_from = models.DateField()
    value = models.IntegerField(help_text="the unit stands in the code: days, yen, ten-thousandths")
    certainty = models.CharField(max_length=1, choices=Certainty.choices)
    source = models.CharField(max_length=200, help_text="the law, and the article or notice")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "effective_from"], name="parameter_once")]
        ordering = ["code", "effective_from"]

    def __str__(self) -> str:
        return f"{self.code} {self.effective_from}"
