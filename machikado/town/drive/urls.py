"""Addresses of the driver."""

from django.urls import path

from machikado.town.drive.views import day, duty, road

app_name = "drive"

urlpatterns = [
    path("", duty.home, name="home"),
    path("day/", day.day, name="day"),
    path("worker.js", road.worker, name="worker"),
    path("<code:code>/", duty.shift, name="shift"),
    path("<code:code>/roll/before/", duty.roll, {"part": "before"}, name="roll_before"),
    path("<code:code>/roll/after/", duty.roll, {"part": "after"}, name="roll_after"),
    path("<code:code>/check/", duty.check, name="check"),
    path("<code:code>/depart/", duty.depart, name="depart"),
    path("<code:code>/run/", road.run, name="run"),
    path("<code:code>/sheet/", road.sheet, name="sheet"),
    path("<code:code>/tell/", road.tell, name="tell"),
    path("<code:code>/position/", road.position, name="position"),
    path("<code:code>/cash/", duty.cash, name="cash"),
    path("<code:code>/report/", duty.report, name="report"),
    path("<code:code>/report/print/", duty.report_print, name="report_print"),
]
