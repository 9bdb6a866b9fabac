"""The shipped policy files, read once for the tests that judge them."""

from functools import lru_cache
from pathlib import Path

from shuangjian.foundation.policy.catalogue import Catalogue, load_catalogue
from shuangjian.foundation.policy.folder import read_contents
from shuangjian.foundation.registry.region_seed import path_of, read_regions

POLICIES = Path(__file__).resolve().parents[2] / "policies"


@lru_cache(maxsize=1)
def region_paths() -> dict[str, tuple[str, ...]]:
    """Every region's path by code, the newest parent of each."""
    return {
        region.code: tuple(path_of(region.code, parent_code=region.parent_code).split("."))
        for region in read_regions()
    }


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    return load_catalogue(read_contents([POLICIES]), known_regions=set(region_paths()))
