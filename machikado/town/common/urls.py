"""The addresses of `common`; config gives them no prefix."""

from django.urls import path

from machikado.town.common import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("preferences/", views.preferences, name="preferences"),
    path("files/<code:code>/<slug:signature>/", views.file, name="file"),
]
