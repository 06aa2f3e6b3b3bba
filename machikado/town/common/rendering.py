"""How Django draws forms here, and what it says when an entry is wrong, in our voice."""

from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_noop as _

# Django's own sentences. Named here so that our catalogue, which is asked first, says them in plain Japanese.
DJANGO_SENTENCES = (
    _("This field is required."),
    _("Enter a whole number."),
    _("Enter a number."),
    _("Enter a valid value."),
    _("Enter a valid date."),
    _("Enter a valid time."),
    _("Enter a valid email address."),
    _("Enter a valid URL."),
    _("Select a valid choice. %(value)s is not one of the available choices."),
    _("Select a valid choice. That choice is not one of the available choices."),
    _("No file was submitted."),
    _("The submitted file is empty."),
)


class Renderer(DjangoTemplates):
    """FORM_RENDERER: `{{ form }}` and `{{ form.x.as_field_group }}` come out as our fields."""

    form_template_name = "common/form/form.html"
    field_template_name = "common/form/field.html"
