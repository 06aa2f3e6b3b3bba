"""The QR on a card: the address of its public page, drawn as a picture within the page."""

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString

from machikado.town.ride.models import Card


def qr_of(request: HttpRequest, card: Card) -> SafeString:
    """The drawing (SVG), black on white whatever the page looks like; a quarter of it may be dirty."""
    address = request.build_absolute_uri(reverse("ride:card_public", args=[card.secret]))
    return SafeString(segno.make(address, error="q").svg_inline(omitsize=True, border=4, dark="#000", light="#fff"))
