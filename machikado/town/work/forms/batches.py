"""What a coordinator uploads: one table, images or archives of images, or both, in one field."""

from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from machikado.town.work.actions.batches import Upload
from machikado.town.work.imports.pictures import UploadedImage

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile as _UploadedFile

    UploadedFile = _UploadedFile[Any]  # generic only in the stubs

TABLES = (".csv", ".txt", ".tsv")


class ManyFiles(forms.FileInput):
    """A file box that takes many files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Every file that was chosen, each one sound as a file."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile]":
        """Return the list. Raises ValidationError for a missing or empty file."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(each, initial) for each in given]


class UploadForm(forms.Form):
    """The upload and what it shall be called."""

    chosen = ManyFilesField(
        label=_("Table (CSV) and images"),
        max_length=255,
        widget=ManyFiles({"accept": ".csv,.zip,.png,.jpg,.jpeg,.webp,.tif,.tiff"}),
        help_text=_("One CSV file, images (PNG, JPEG, WebP, TIFF) loose or as a ZIP archive, or both together."),
    )
    name = forms.CharField(
        label=_("Name of this import"),
        required=False,
        max_length=120,
        help_text=_("Left empty, it is the name of the file."),
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
        if sum(_is_table(each) for each in given) > 1:
            raise forms.ValidationError(
                _("Please upload one table at a time. Make an import of its own for each table.")
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
