"""Region paths (区划路径) in PostgreSQL's ``ltree``: labels of codes joined by dots."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Lookup

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
    _PathLookup = Lookup[str]
else:  # why: Django's classes take their parameters only from the type checker.
    _TextField = models.TextField
    _PathLookup = Lookup


class LtreeField(_TextField):
    """A path such as ``000000.510000.510100``; ``path__within=x`` is x and all below it."""

    description = "PostgreSQL ltree"

    def db_type(self, connection: Any) -> str:  # noqa: ARG002  -- Django's signature
        """The column's type."""
        return "ltree"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: FBT001, FBT002, ARG002  -- Django's signature
        """The text as it is."""
        return value


@LtreeField.register_lookup
class Within(_PathLookup):
    """``path <@ ancestor``: the ancestor itself and every region below it."""

    lookup_name = "within"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The operator with its cast."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} <@ ({right})::ltree", (*left_params, *right_params)


@LtreeField.register_lookup
class Above(_PathLookup):
    """``path @> descendant``: the descendant itself and every region above it."""

    lookup_name = "above"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The operator with its cast."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} @> ({right})::ltree", (*left_params, *right_params)
