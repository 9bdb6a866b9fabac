"""The application's role, in place of the owner's, on the connection of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from shuangjian.edges.config import database
from shuangjian.edges.config.grants import grant_application_role


@contextmanager
def acting_as_application() -> Iterator[None]:
    """Inside, the connection is the application's, with its grants alone."""
    role = database.parse_url(database.urls()[0])
    grant_application_role(role=role["USER"], owner="default")
    names = ("USER", "PASSWORD")
    own = {name: connection.settings_dict[name] for name in names}
    connection.close()
    connection.settings_dict.update({name: role[name] for name in names})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(own)
