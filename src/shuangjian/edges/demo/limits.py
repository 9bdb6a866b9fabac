"""演示用上限: the minutes that each grade of the invented district may have, from the policy files.

The demonstration makes days just under and over the limit, so it must know it; it is read where
every other part reads it.
"""

from collections.abc import Mapping
from datetime import date

from shuangjian.edges.demo.cast import CITY_CODE, COUNTY_CODE, PROVINCE_CODE
from shuangjian.foundation.policy.catalogue import load_catalogue
from shuangjian.foundation.policy.folder import read_contents
from shuangjian.foundation.policy.leaf import NATION, Severity
from shuangjian.foundation.policy.resolution import lookup_bands
from shuangjian.foundation.policy.services import policy_roots

KEY = "homework.written_minutes_max"
REGION_PATH = (NATION, PROVINCE_CODE, CITY_CODE, COUNTY_CODE)


def limits_on(on: date) -> Mapping[int, int]:
    """The ``must`` limit of written homework by grade (书面作业上限), minutes; may lack grades.

    Raises:
        PolicyFilesInvalidError: the files are not valid.
    """
    catalogue = load_catalogue(read_contents(policy_roots()))
    return {
        grade: value.value
        for resolution in lookup_bands(catalogue, KEY, on=on, region_path=REGION_PATH)
        for value in resolution.values
        if value.severity is Severity.MUST and value.value is not None
        for grade in range(resolution.band_low, resolution.band_high + 1)
    }
