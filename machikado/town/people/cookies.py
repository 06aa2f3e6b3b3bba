"""How a choice of the reader (language, letters) is kept in the browser."""

from django.conf import settings
from django.http import HttpResponse

YEAR_SECONDS = 365 * 24 * 3600


def keep(response: HttpResponse, name: str, value: str) -> None:
    """Keep one choice for a year, out of reach of scripts and of other sites."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=YEAR_SECONDS, secure=secure, httponly=True, samesite="Lax")


def keep_language(response: HttpResponse, language: str) -> HttpResponse:
    """Let the pages after this one speak the language of an account."""
    keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response
