"""The coordinator's pages of imports: upload, look, start, watch, open, give up."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from machikado.town.common import clock
from machikado.town.common.acting import acted, saved, status
from machikado.town.common.live import live
from machikado.town.common.uploads import files_left_out
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.actions import batches
from machikado.town.work.forms.batches import UploadForm
from machikado.town.work.models import Batch
from machikado.town.work.queries.batches import batches_visible_to
from machikado.town.work.views.batch_page import batch_page
from machikado.town.work.views.jobs import one_job


def one_batch(request: SignedInRequest, code: str) -> Batch:
    """The import with this code, or 404."""
    here = batches_visible_to(request.viewer).select_related("job__order", "table__file", "made_by")
    return get_object_or_404(here, code=code)


def batch_add(request: SignedInRequest, code: str) -> HttpResponse:
    """Upload a table, images, or both; they are looked at, and nothing becomes a task yet."""
    job = one_job(request, code)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, left_out=files_left_out(request))
    made: list[Batch] = []
    by, now = request.viewer.actor, clock.now()
    if saved(form, lambda: made.append(batches.preview(job=job, upload=form.upload(), by=by, now=now)), "chosen"):
        return redirect("work:batch", made[0].code)
    return render(request, "work/batches/add.html", {"job": job, "form": form}, status=status(form))


def batch(request: SignedInRequest, code: str) -> HttpResponse:
    """One import: its preview, its progress, its end."""
    return render(request, "work/batches/batch.html", {"page": batch_page(one_batch(request, code))})


def batch_live(request: SignedInRequest, code: str) -> HttpResponse:
    """How far the import is; when it is through, the page is asked for anew."""
    here = one_batch(request, code)
    response = live(request, "work/batches/importing.html", {"batch": here})
    if here.state != Batch.State.IMPORTING:
        response["HX-Refresh"] = "true"
    return response


def batch_start(request: SignedInRequest, code: str) -> HttpResponse:
    """Write the draft rows in the background, or go on where it stopped."""
    here = one_batch(request, code)
    acted(request, lambda: batches.start(batch=here, by=request.viewer.actor, now=clock.now()))
    return redirect("work:batch", code)


def batch_cancel(request: SignedInRequest, code: str) -> HttpResponse:
    """Give the import up without a trace."""
    here = one_batch(request, code)
    done = _("The import is cancelled. Its lines and files are being removed.")
    acted(request, lambda: batches.cancel(batch=here, by=request.viewer.actor, now=clock.now()), done)
    return redirect("work:batch", code)


def batch_open(request: SignedInRequest, code: str) -> HttpResponse:
    """Make every line a task that people may take."""
    here = one_batch(request, code)
    done = _("The tasks are open. They are offered as soon as the job and the order are running.")
    acted(request, lambda: batches.open_batch(batch=here, by=request.viewer.actor, now=clock.now()), done)
    return redirect("work:batch", code)
