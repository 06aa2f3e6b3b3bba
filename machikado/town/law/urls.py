"""The address of the law's page."""

from django.urls import path

from machikado.town.law import views

urlpatterns = [path("retention/", views.retention, name="retention")]
