"""账本测量: one transfer a commit, batches, and what a transfer costs as the ledger grows."""

from benchmarks.ratio import Ratio
from benchmarks.site import Site, tell

__all__ = ["measure"]

ACCOUNTS = {"school": 60, "district": 100_000, "city": 100_000}


def measure(site: Site) -> list[Ratio]:
    """All parts; growth comes last, since it fills the ledger."""
    assert site.installed
    # why: a peer's process imports this package and must not load the platform's settings.
    from benchmarks.ledger import bare, batch, growth, one_by_one, ours, server

    server.assert_durable()
    tell(f"开 {ACCOUNTS[site.scale]} 个账户")
    ours.make_book(ACCOUNTS[site.scale])
    bare.make_tables()
    server.gather_statistics(*bare.ACCOUNT_TABLES)
    tell("逐笔记账")
    found = one_by_one.measure(site.scale, repetitions=site.repetitions, folder=site.folder)
    tell("批量记账")
    found += batch.measure(site.scale, repetitions=site.repetitions)
    found += growth.measure(site.scale, repetitions=site.repetitions, images=site.images)
    return found
