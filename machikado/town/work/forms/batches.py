"""What a coordinator uploads: one table, images or archives of images, or both, in one field."""

from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.work.actions.batches import Upload
from machikado.town.work.imports.pictures import UploadedImage
from machikado.town.work.imports.tables import TABLES

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile as _UploadedFile

    UploadedFile = _UploadedFile[Any]  # generic only in the stubs


class ManyFiles(forms.FileInput):
    """A file box that takes many files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Every file that was chosen, at least one. An empty one comes through, so that it can be called by its name."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile]":
        """Return the list. Raises ValidationError where no file was chosen."""
        given = data or [None]
        return [super(ManyFilesField, self).clean(each, initial) for each in given]


class UploadForm(forms.Form):
    """The upload and what it shall be called."""

    chosen = ManyFilesField(
        label=_("Table (CSV) and images"),
        max_length=255,
        allow_empty_file=True,
        error_messages={"required": _("Please choose a table (CSV) or images.")},
        widget=ManyFiles({"accept": ".csv,.zip,.png,.jpg,.jpeg,.webp,.tif,.tiff"}),
        help_text=_("One CSV file, images (PNG, JPEG, WebP, TIFF) loose or as a ZIP archive, or both together."),
    )
    name = forms.CharField(
        label=_("Name of this import"),
        required=False,
        max_length=120,
        help_text=_("If left empty, the file name is used."),
    )

    def __init__(self, *args: Any, left_out: int = 0, **kwargs: Any) -> None:
        """`left_out` files were chosen beyond what one upload takes."""
        super().__init__(*args, **kwargs)
        self._left_out = left_out

    def clean_chosen(self) -> "list[UploadedFile]":
        """At most one table, and no more files than one upload takes."""
        given: list[UploadedFile] = self.cleaned_data["chosen"]
        if self._left_out:
            raise forms.ValidationError(
                _(
                    "You chose %(sent)s files; one upload takes %(most)s. Please put the images into one ZIP archive"
                    " and choose that, or import them in several parts."
                ),
                params={"sent": f"{len(given) + self._left_out:,}", "most": f"{len(given):,}"},
            )
        tables = [each for each in given if _is_table(each)]
        if len(tables) > 1:
            raise forms.ValidationError(_("Please upload one table at a time, each as a separate import."))
        if tables and not tables[0].size:
            raise forms.ValidationError(
                _("The table “%(name)s” is empty. Please choose another one."), params={"name": tables[0].name}
            )
        return given

    def upload(self) -> Upload:
        """What was uploaded, told apart by the endings of the names. The form is valid."""
        files: list[UploadedFile] = self.cleaned_data["chosen"]
        table = next((each for each in files if _is_table(each)), None)
        images = [UploadedImage(str(each.name), _stream(each)) for each in files if each is not table]
        return Upload(self.cleaned_data["name"] or str(files[0].name), _stream(table) if table else None, images)


def _is_table(file: "UploadedFile") -> bool:
    return str(file.name).lower().endswith(TABLES)


def _stream(file: "UploadedFile") -> BinaryIO:
    """The open file below Django's wrapper, which reads like any other."""
    return cast(BinaryIO, file.file)
