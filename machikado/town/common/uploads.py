"""How many files one form may send: those beyond are counted and passed over, so that the form can say so itself."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest


def files_left_out(request: HttpRequest) -> int:
    """Return how many files were sent beyond settings.FILES_AT_ONCE; they are not in `request.FILES`."""
    return max(0, getattr(request, "files_sent", 0) - settings.FILES_AT_ONCE)


class CountedFiles(FileUploadHandler):
    """Stands before the handlers that keep files. Its fields, and so what was typed, are read to the end."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count one more file; raise SkipFile beyond the limit."""
        super().new_file(*args, **kwargs)
        request: Any = self.request
        request.files_sent = getattr(request, "files_sent", 0) + 1
        if request.files_sent > settings.FILES_AT_ONCE:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
