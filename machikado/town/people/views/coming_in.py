"""Coming in: sign in and out, a forgotten password, and the sample town's one-click links."""

from typing import Any

from django.conf import settings
from django.contrib import messages as toasts
from django.contrib.auth import login, views
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from machikado.town.common import clock
from machikado.town.people import sign_in
from machikado.town.people.actions import accounts
from machikado.town.people.cookies import keep_language
from machikado.town.people.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm, SignInForm
from machikado.town.people.queries import sample_accounts


class SignIn(views.LoginView):
    """Sign in by e-mail and password; the session gets a new key, and `next` leads only to this house."""

    template_name = "people/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        """Go in, in the language of the account."""
        response = super().form_valid(form)
        return keep_language(response, form.get_user().language)


class SignOut(views.LogoutView):
    """Sign out, by POST only."""

    http_method_names = ["post"]


def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to choose a new password; the answer is the same for every address."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        accounts.ask_reset(email=form.cleaned_data["email"], now=clock.real_now())
        return redirect("password_sent")
    return render(request, "people/password_forgotten.html", {"form": form})


def sent(request: HttpRequest) -> HttpResponse:
    """Say what happens now."""
    return render(request, "people/password_sent.html", {"hours": settings.PASSWORD_RESET_TIMEOUT // 3600})


class NewPassword(views.PasswordResetConfirmView):
    """Choose a new password with the link from the letter."""

    template_name = "people/password_new.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("password_done")


def done(request: HttpRequest) -> HttpResponse:
    """Say that the new password holds."""
    return render(request, "people/password_done.html")


class ChangePassword(views.PasswordChangeView):
    """Change one's own password, with the old one; other sessions end."""

    template_name = "people/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("me")

    def form_valid(self, form: Any) -> HttpResponse:
        """Say that it was changed."""
        response = super().form_valid(form)
        toasts.success(self.request, _("Your new password is now in use."))
        return response


@never_cache
def demo(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at the sample town as one of its made-up people: by a button, or by the link that `machikado run` prints."""
    if not settings.MACHIKADO_DEMO:
        raise Http404
    if request.method != "POST" and not sign_in.is_demo_key(slug, request.GET.get("key", "")):
        raise Http404
    account = get_object_or_404(sample_accounts(), email=sign_in.address_of(slug))
    login(request, account, backend=sign_in.BACKEND)
    return redirect("front")
