"""Addresses about people: coming in, passwords, messages, one's own choices."""

from django.urls import path

from machikado.town.people.views import coming_in, erasing, invited, own

urlpatterns = [
    path("sign-in/", coming_in.SignIn.as_view(), name="sign_in"),
    path("sign-out/", coming_in.SignOut.as_view(), name="sign_out"),
    path("password/forgotten/", coming_in.forgotten, name="password_forgotten"),
    path("password/sent/", coming_in.sent, name="password_sent"),
    path("password/new/<uidb64>/<token>/", coming_in.NewPassword.as_view(), name="password_new"),
    path("password/done/", coming_in.done, name="password_done"),
    path("demo/as/<slug:slug>/", coming_in.demo, name="demo_sign_in"),
    path("messages/", own.inbox, name="inbox"),
    path("messages/read/", own.read_all, name="messages_read"),
    path("messages/<code:code>/", own.message, name="message"),
    path("messages/<code:code>/read/", own.read, name="message_read"),
    path("invitation/", invited.invitation, name="invitation"),
    path("invitation/leave/", invited.leave, name="invitation_leave"),
    path("invitation/<code:code>/<str:secret>/", invited.open_link, name="invitation_open"),
    path("invitations/<code:code>/letter/", invited.letter, name="invitation_letter"),
    path("erasures/", erasing.erasures, name="erasures"),
    path("erasures/<code:code>/", erasing.erasure, name="erasure"),
    path("me/", own.me, name="me"),
    path("me/password/", coming_in.ChangePassword.as_view(), name="password_change"),
]
