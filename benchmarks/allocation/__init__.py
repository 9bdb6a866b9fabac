"""录取测量: one school, an enrolment, a city, the stranger's check, and growth; no database."""

from benchmarks.allocation import deferred, growth, school, stranger, whole_city
from benchmarks.ratio import Ratio
from benchmarks.site import Site, tell

__all__ = ["measure"]


def measure(site: Site) -> list[Ratio]:
    """All parts, from the smallest to the largest."""
    scale, repetitions, folder = site.scale, site.repetitions, site.folder / "allocation"
    tell("一所学校")
    found = school.measure(scale, repetitions=repetitions, folder=folder / "school")
    tell("招生")
    found += deferred.measure(scale, repetitions=repetitions)
    tell("陌生人核对抽签")
    found += stranger.measure(scale, repetitions=repetitions, folder=folder / "draw")
    tell("全市")
    found += whole_city.measure(scale, repetitions=repetitions, folder=folder / "city")
    found += growth.measure(scale, repetitions=repetitions, images=site.images)
    return found
