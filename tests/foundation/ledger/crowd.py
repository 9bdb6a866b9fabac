"""Many clients at the same moment, each with a connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import DatabaseError, connections

from shuangjian.engines.posting.refusal import LedgerRefusedError

Act = Callable[[], object]


def at_once(acts: Sequence[Act]) -> list[object]:
    """Each act in a thread; their results, or the refusal's code, or the database's error."""
    start = Barrier(len(acts))

    def closing(act: Act) -> object:
        try:
            start.wait(timeout=60)
            return act()
        except LedgerRefusedError as error:
            return error.code
        except DatabaseError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=120) for future in [pool.submit(closing, a) for a in acts]]
