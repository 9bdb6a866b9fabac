"""虚构校名: names of schools, towns and villages that no place bears in this combination."""

FIRST_PRIMARY = "示范市第一实验小学"
SECOND_MIDDLE = "示范市第二中学"

PRIMARY_WORDS = (
    "青石路", "梧桐街", "桂花巷", "望江", "临溪", "东湖", "西苑", "南桥", "北辰", "明德", "育英",
    "博雅", "启航", "春晖", "朝阳", "锦绣", "翠屏", "枫林", "银杏", "紫荆", "海棠", "白鹭", "金沙",
    "玉带", "云帆", "星河", "晨曦", "和平", "光明", "团结", "建设路", "人民路", "解放路", "文化街",
    "学府路", "书院街", "新华街", "石板坡", "滨江路", "清水湾", "凤鸣", "松竹", "橘园",
)  # fmt: skip
MIDDLE_WORDS = (
    "江南", "城北", "江湾", "云岭", "双溪", "石桥", "弘文", "致远", "育才", "求实", "新城",
)  # fmt: skip
NINE_YEAR_WORDS = (
    "外国语实验", "滨河实验", "高新", "东城", "湖畔", "松林坪", "黄桷", "柳荫", "竹溪", "大坪岭",
)  # fmt: skip
ORDINALS = "三四五六七八九"
VILLAGES = (
    "云岭镇松柏村", "云岭镇石梯村", "双溪镇柳湾村", "双溪镇油坊村", "石桥镇白岩村", "石桥镇新塘村",
    "柳荫镇梨坪村", "竹溪镇长田村",
)  # fmt: skip
TEACHING_POINTS = (
    "云岭镇高坎", "双溪镇磨盘", "石桥镇枣树坪", "柳荫镇岩口", "竹溪镇三岔", "竹溪镇雷打石",
)  # fmt: skip


def primary_names() -> list[str]:
    """The primary schools of town (城镇小学), the one of the example workbook first."""
    return [FIRST_PRIMARY, *(f"示范区{word}小学" for word in PRIMARY_WORDS)]


def middle_names() -> list[str]:
    """The junior middle schools (初中), the one of the example workbook first."""
    numbered = [f"示范市第{ordinal}中学" for ordinal in ORDINALS]
    further = [f"示范市第十{ordinal}中学" for ordinal in "一二三"]
    return [SECOND_MIDDLE, *numbered, *further, *(f"示范区{word}中学" for word in MIDDLE_WORDS)]


def nine_year_names() -> list[str]:
    """The nine-year schools (九年一贯制学校)."""
    return [f"示范区{word}学校" for word in NINE_YEAR_WORDS]


def village_names() -> list[str]:
    """The village primary schools (村小)."""
    return [f"{place}小学" for place in VILLAGES]


def teaching_point_names() -> list[str]:
    """The teaching points (教学点)."""
    return [f"{place}教学点" for place in TEACHING_POINTS]
