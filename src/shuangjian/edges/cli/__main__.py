"""``bin/shuangjian``: starts the trial's server if need be, then runs one command."""

import os
import sys
from typing import Final

OFFLINE: Final = frozenset({"allocate", "check-allocation", "compare-mechanisms", "verify-draw"})
"""Commands on files alone: neither a server nor Django is started for them."""

OFFLINE_IN_GROUPS: Final = (["ledger", "verify"],)
"""The same, where the group has other commands, too."""


def main() -> int:
    """Run the command line; whoever starts the trial's server stops it again."""
    if sys.argv[1:2] and (sys.argv[1] in OFFLINE or sys.argv[1:3] in OFFLINE_IN_GROUPS):
        from shuangjian.edges.cli import offline

        return offline.run()
    return _run_with_database()


def _run_with_database() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuangjian.edges.config.settings")
    from shuangjian.edges.config import database, embedded, env
    from shuangjian.edges.config.secret import MissingSecretError

    wants_help = not sys.argv[1:] or "--help" in sys.argv or "-h" in sys.argv
    started_here = False
    if not wants_help and database.is_embedded():
        cluster = embedded.read_cluster(database.folder())
        started_here = cluster is None or not embedded.is_running(cluster)
        try:
            database.ensure_server()
        except embedded.EmbeddedServerError as error:
            sys.stderr.write(f"{error}\n")
            return 2
    import django

    try:
        django.setup()
    except (MissingSecretError, database.DatabaseSettingError, env.UnknownModeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    from shuangjian.edges.cli.command import run

    try:
        return run()
    finally:
        if started_here:
            from django.db import connections

            connections.close_all()  # why: our own connection would count as somebody else's.
            embedded.stop_if_unused(database.folder())


if __name__ == "__main__":
    sys.exit(main())
