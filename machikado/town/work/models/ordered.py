"""JSON whose order counts: PostgreSQL's own JSON type sorts the keys, so it is kept as the text that it is."""

import json
from typing import Any

from django.db import models


class OrderedJSONField(models.Field[Any, Any]):
    """A JSON value kept word for word. It cannot be searched inside; the order of its keys is that of its writer."""

    def get_internal_type(self) -> str:
        """Say what it is to the database."""
        return "TextField"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Any:
        """Read what the database holds."""
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        """Read what a fixture holds."""
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        """Write the value down, without blanks and in its own order."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def value_to_string(self, obj: models.Model) -> str:
        """Write the value into a fixture."""
        return self.get_prep_value(self.value_from_object(obj)) or ""
