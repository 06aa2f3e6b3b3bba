"""Who was invited and never came is erased after its days."""

from datetime import timedelta

from machikado.town.law import actions as law
from machikado.town.law import retention
from machikado.town.law.queries import parameter
from machikado.town.people.actions import coming_in, invitations
from machikado.town.people.models import Person
from machikado.town.people.tests.test_invitations import LAST, NEWCOMER, NOW, S, invite, state


def test_who_was_invited_and_did_not_come_is_erased_after_its_days_and_nobody_younger(cast):
    rule = next(each for each in retention.rules() if each.code == "invitation")
    old, came = invite(cast), invite(cast, mail="came@example.com")
    coming_in.come_in(invitation=came, newcomer=NEWCOMER, now=NOW)
    days = parameter("keep_inquiry_days", LAST)
    end = NOW + timedelta(days=14 + days)
    invitations.issue_again(
        invitation=invite(cast, mail="young@example.com"),
        valid_until=LAST + timedelta(days=1),
        by=cast.actor("momose"),
        now=NOW + timedelta(hours=1),
    )
    law.apply(rule, end)
    assert not Person.objects.exclude(pseudonymised_at=None).exists(), "on the last day it is still there"
    law.apply(rule, end + timedelta(days=1))
    assert list(Person.objects.exclude(pseudonymised_at=None)) == [Person.objects.get(pk=old.person_id)]
    assert state(old) == S.WITHDRAWN
