from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from shuangjian.foundation.registry.region_seed import (
    MUNICIPALITY_CODES,
    NATION_CODE,
    REGIONS_FILE,
    RegionSeed,
    RegionSeedError,
    SuccessionSeed,
    city_code_of,
    path_of,
    read_regions,
    read_successions,
    regions_on,
)

NEWEST = date(2026, 9, 11)
REGION_HEADER = (
    "code,name,level,parent_code,starts_on,starts_precision,ends_on,ends_precision,source"
)
SUCCESSION_HEADER = "code,successor_code,on,date_precision,status,source"
NATION = "000000,全国,nation,,,,,,mca"
PROVINCE = "510000,四川省,province,000000,,,,,mca"
CITY = "510100,成都市,city,510000,,,,,mca"
OTHER_CITY = "512000,资阳市,city,510000,2000-06-14,day,,,mca"
OLD_COUNTY = "512081,简阳市,county,512000,2000-06-14,day,2016-05-03,day,mca"
NEW_COUNTY = "510185,简阳市,county,510100,2016-05-03,day,,,mca"
SMALL_TREE = (NATION, PROVINCE, CITY, NEW_COUNTY, OTHER_CITY, OLD_COUNTY)


@pytest.fixture(scope="module")
def regions() -> tuple[RegionSeed, ...]:
    return read_regions()


@pytest.fixture(scope="module")
def successions(regions: tuple[RegionSeed, ...]) -> tuple[SuccessionSeed, ...]:
    return read_successions(regions=regions)


def successors_of(code: str, successions: tuple[SuccessionSeed, ...]) -> list[tuple[str, date]]:
    return [(s.successor_code, s.on) for s in successions if s.code == code]


def write_csv(path: Path, header: str, *lines: str) -> Path:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("on", "provinces", "cities", "counties"),
    [
        # why: the ministry's own totals at the end of these years and in its newest list.
        (date(2016, 12, 31), 34, 334, 2851),
        (date(2020, 12, 31), 34, 333, 2844),
        (date(2024, 12, 31), 34, 333, 2846),
        (NEWEST, 34, 333, 2847),
    ],
)
def test_the_totals_of_the_lists_are_reproduced(
    regions: tuple[RegionSeed, ...], on: date, provinces: int, cities: int, counties: int
) -> None:
    counted = Counter(region.level for region in regions_on(regions, on=on).values())
    assert counted == {"nation": 1, "province": provinces, "city": cities, "county": counties}


def test_jianyang_moved_from_ziyang_to_chengdu(
    regions: tuple[RegionSeed, ...], successions: tuple[SuccessionSeed, ...]
) -> None:
    moved_on = date(2016, 5, 3)
    before = regions_on(regions, on=date(2016, 5, 2))
    after = regions_on(regions, on=moved_on)
    assert before["512081"].name == after["510185"].name == "简阳市"
    assert "510185" not in before
    assert "512081" not in after
    assert before["512081"].city_code == "512000"
    assert after["510185"].city_code == "510100"
    assert after["510185"].path == "000000.510000.510100.510185"
    assert after["510185"].date_precision == "day"
    assert successors_of("512081", successions) == [("510185", moved_on)]


def test_jiangbei_of_chongqing_ceased_in_2025(
    regions: tuple[RegionSeed, ...], successions: tuple[SuccessionSeed, ...]
) -> None:
    ceased_on = date(2025, 11, 6)
    before = regions_on(regions, on=date(2025, 11, 5))
    after = regions_on(regions, on=ceased_on)
    assert before["500105"].name == "江北区"
    assert {"500105", "500112"}.isdisjoint(after)
    assert after["500157"].name == "两江新区"
    assert successors_of("500105", successions) == [("500157", ceased_on)]
    assert successors_of("500112", successions) == [("500109", ceased_on), ("500157", ceased_on)]
    # 江北区 of 宁波 bears the same name and lives on.
    assert after["330205"].name == "江北区"


def test_a_municipality_is_the_city_of_its_counties(regions: tuple[RegionSeed, ...]) -> None:
    chaoyang = regions_on(regions, on=NEWEST)["110105"]
    assert (chaoyang.name, chaoyang.parent_code) == ("朝阳区", "110000")
    assert chaoyang.city_code == "110000"
    assert chaoyang.path == "000000.110000.110105"


def test_a_county_under_its_province_is_its_own_city(regions: tuple[RegionSeed, ...]) -> None:
    xiantao = regions_on(regions, on=NEWEST)["429004"]
    assert (xiantao.name, xiantao.parent_code) == ("仙桃市", "420000")
    assert xiantao.city_code == "429004"
    assert xiantao.path == "000000.420000.429004"


def test_a_rename_keeps_the_code_and_is_no_succession(
    regions: tuple[RegionSeed, ...], successions: tuple[SuccessionSeed, ...]
) -> None:
    renamed_on = date(2010, 11, 26)
    assert regions_on(regions, on=date(2010, 11, 25))["420600"].name == "襄樊市"
    assert regions_on(regions, on=renamed_on)["420600"].name == "襄阳市"
    assert successors_of("420600", successions) == []


def test_a_dissolved_prefecture_is_followed_by_the_cities_of_its_counties(
    successions: tuple[SuccessionSeed, ...],
) -> None:
    chaohu = [s for s in successions if s.code == "341400"]
    assert [s.successor_code for s in chaohu] == ["340100", "340200", "340500"]
    assert {s.status for s in chaohu} == {"derived"}


def test_every_county_of_today_reaches_the_nation_and_has_a_city(
    regions: tuple[RegionSeed, ...],
) -> None:
    today = regions_on(regions, on=NEWEST)
    counties = [region for region in today.values() if region.level == "county"]
    for county in counties:
        labels = county.path.split(".")
        assert labels[0] == NATION_CODE
        assert labels[-1] == county.code
        assert all(today[code].parent_code == above for above, code in pairwise(labels))
        city = today[county.city_code]
        assert city.level == "city" or city.code in MUNICIPALITY_CODES | {county.code}


def test_today_s_tree_has_no_placeholders(regions: tuple[RegionSeed, ...]) -> None:
    assert {region.name for region in regions}.isdisjoint({"市辖区", "县", "省直辖县级行政区划"})


def test_an_ended_county_has_successors_in_recent_years(
    regions: tuple[RegionSeed, ...], successions: tuple[SuccessionSeed, ...]
) -> None:
    succeeded = {(s.code, s.on) for s in successions}
    starts = {(region.code, region.starts_on) for region in regions}
    ended = [
        (region.code, region.ends_on)
        for region in regions
        if region.ends_on
        and region.ends_on >= date(2018, 1, 1)
        and (region.code, region.ends_on) not in starts
    ]
    assert len(ended) > 50
    assert [key for key in ended if key not in succeeded] == []


@pytest.mark.parametrize("code", ["990000", "990100", "990101"])
def test_the_demonstration_s_codes_were_never_assigned(
    regions: tuple[RegionSeed, ...], successions: tuple[SuccessionSeed, ...], code: str
) -> None:
    assert all(region.code != code for region in regions)
    assert all(code not in (s.code, s.successor_code) for s in successions)


def test_the_demonstration_s_codes_have_a_path_and_a_city() -> None:
    assert path_of("990101", parent_code="990100") == "000000.990000.990100.990101"
    assert city_code_of("990101", parent_code="990100") == "990100"
    assert city_code_of("990000", parent_code=NATION_CODE) == ""


def test_what_the_lists_do_not_date_says_so(regions: tuple[RegionSeed, ...]) -> None:
    caohu = regions_on(regions, on=NEWEST)["659013"]
    assert (caohu.starts_on, caohu.date_precision) == (NEWEST, "edition")
    year_starts = {
        (region.starts_on.month, region.starts_on.day)
        for region in regions
        if region.starts_precision == "year" and region.starts_on
    }
    assert year_starts == {(1, 1)}


def test_the_seed_is_sorted_and_compact() -> None:
    keys = [line.split(",") for line in REGIONS_FILE.read_text(encoding="utf-8").splitlines()[1:]]
    assert [(key[0], key[4]) for key in keys] == sorted((key[0], key[4]) for key in keys)
    assert REGIONS_FILE.stat().st_size < 1_000_000


def test_a_sound_seed_is_read(tmp_path: Path) -> None:
    tree = read_regions(write_csv(tmp_path / "regions.csv", REGION_HEADER, *SMALL_TREE))
    path = write_csv(
        tmp_path / "successions.csv",
        SUCCESSION_HEADER,
        "512081,510185,2016-05-03,day,verified,mca",
    )
    assert [region.code for region in tree] == [line[:6] for line in SMALL_TREE]
    assert read_successions(path, regions=tree)[0].successor_code == "510185"


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ((NATION, "5100,四川省,province,000000,,,,,mca"), 3, "不是六位数字"),
        ((NATION, "510000,,province,000000,,,,,mca"), 3, "没有名称"),
        ((NATION, "510000,四川省,city,000000,,,,,mca"), 3, "层级应为 province"),
        ((NATION, "510000,四川省,province,000000,,,,,听说"), 3, "来源「听说」未登记"),
        ((NATION, "510000,四川省,province,000000,,,,mca"), 3, "应有 9 列，实有 8 列"),
        ((NATION, "510000,四川省,province,000000,2016-5-3,day,,,mca"), 3, "读不懂"),
        ((NATION, "510000,四川省,province,000000,2016-05-03,,,,mca"), 3, "日期精度「」不认识"),
        (
            (NATION, "510000,四川省,province,000000,2016-05-03,day,2016-05-03,day,mca"),
            3,
            "止期须晚于起期",
        ),
        ((NATION, "510100,成都市,city,510000,,,,,mca"), 3, "上级 510000 不在表中"),
        ((NATION, PROVINCE, PROVINCE), 4, "与第 3 行起期相同"),
        (
            (NATION, PROVINCE, CITY, NEW_COUNTY, NEW_COUNTY.replace("2016-05-03", "2018-01-01")),
            6,
            "与第 5 行的时段重叠",
        ),
        (
            (NATION, PROVINCE, OTHER_CITY, "512021,安岳县,county,512000,,,,,mca"),
            5,
            "上级 512000 不存在（自 有记录之时 起）",
        ),
        (
            (NATION, PROVINCE, OTHER_CITY.replace(",,,mca", ",2010-01-01,day,mca"), OLD_COUNTY),
            5,
            "上级 512000 不存在（自 2010-01-01 起）",
        ),
        # A circle: a city under its own county.
        ((NATION, PROVINCE, "510100,成都市,city,510185,,,,,mca", NEW_COUNTY), 4, "须与代码前几位"),
        ((NATION, PROVINCE, "510100,成都市,city,510100,,,,,mca"), 4, "高于本级"),
    ],
)
def test_a_broken_region_seed_names_file_line_and_reason(
    tmp_path: Path, lines: tuple[str, ...], line: int, words: str
) -> None:
    path = write_csv(tmp_path / "regions.csv", REGION_HEADER, *lines)
    with pytest.raises(RegionSeedError) as caught:
        read_regions(path)
    assert str(caught.value).startswith(f"regions.csv 第 {line} 行：")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        (("512081,510185,,,verified,mca",), 2, "没有变更日期"),
        (("512081,510185,2016-05-03,day,大概,mca",), 2, "依据「大概」不认识"),
        (("512081,510185,2016-05-04,day,verified,mca",), 2, "并未在 2016-05-04 终止"),
        (("512081,510186,2016-05-03,day,verified,mca",), 2, "后继代码 510186 在 2016-05-03 不存在"),
        (("512081,510185,2016-05-03,day,verified,mca",) * 2, 3, "重复"),
    ],
)
def test_a_broken_succession_seed_names_file_line_and_reason(
    tmp_path: Path, lines: tuple[str, ...], line: int, words: str
) -> None:
    tree = read_regions(write_csv(tmp_path / "regions.csv", REGION_HEADER, *SMALL_TREE))
    path = write_csv(tmp_path / "successions.csv", SUCCESSION_HEADER, *lines)
    with pytest.raises(RegionSeedError) as caught:
        read_successions(path, regions=tree)
    assert str(caught.value).startswith(f"successions.csv 第 {line} 行：")
    assert words in str(caught.value)


def test_codes_that_succeed_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    renamed = [
        f"{code},旧{code},county,510100,,,2016-05-03,day,mca\n"
        f"{code},新{code},county,510100,2016-05-03,day,,,mca"
        for code in ("510121", "510122")
    ]
    tree = read_regions(
        write_csv(tmp_path / "regions.csv", REGION_HEADER, NATION, PROVINCE, CITY, *renamed)
    )
    path = write_csv(
        tmp_path / "successions.csv",
        SUCCESSION_HEADER,
        "510121,510122,2016-05-03,day,verified,mca",
        "510122,510121,2016-05-03,day,verified,mca",
    )
    with pytest.raises(RegionSeedError, match=r"第 3 行：代码 510121 在 2016-05-03 绕回自身"):
        read_successions(path, regions=tree)


def test_a_foreign_header_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "regions.csv", "代码,名称", NATION)
    with pytest.raises(RegionSeedError, match=r"regions\.csv 第 1 行：表头应为 code,name"):
        read_regions(path)
