"""Sessions as Django keeps them in the database, read by one statement that is written out: every click reads one."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from machikado.town.common import statements

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """The store that Django asks for by this name (settings.SESSION_ENGINE)."""

    def load(self) -> dict[str, Any]:
        """What the session holds; nothing where there is none or it is over."""
        found = statements.rows(_READ, self.session_key, statements.moment(timezone.now()))
        if not found:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(found[0][0])
        return held
