import importlib.util
from pathlib import Path

import pytest

from shuangjian.foundation.documents.errors import FontsMissingError
from shuangjian.foundation.documents.fonts import FONT_PACKAGES, find_fonts, font_folders
from shuangjian.foundation.documents.layout import render_official_document
from tests.foundation.documents.page import read_pages
from tests.foundation.documents.sample import REPORT


def _package_folder(package: str) -> Path:
    specification = importlib.util.find_spec(package)
    assert specification is not None, f"{package} is missing from this environment"
    assert specification.origin is not None
    return Path(specification.origin).parent


def test_no_font_at_all_says_what_to_install(tmp_path):
    with pytest.raises(FontsMissingError) as caught:
        find_fonts([tmp_path])
    assert caught.value.roles == ("仿宋", "小标宋", "黑体", "楷体", "宋体")
    for words in (str(tmp_path), "pylopdf-fonts-zh-cn", "fonts-noto-cjk", "SHUANGJIAN_FONTS"):
        assert words in str(caught.value)


def test_folder_that_is_not_there_is_passed_over(tmp_path):
    absent = tmp_path / "absent"
    assert absent not in font_folders(absent)
    assert font_folders(tmp_path)[0] == tmp_path


def test_packages_of_the_lock_file_alone_serve_every_typeface():
    chain = find_fonts([_package_folder(package) for package in FONT_PACKAGES])
    first = {face.role: face.families[0] for face in chain.typefaces}
    assert first == {
        "fang": "Noto Serif SC",
        "title": "Noto Serif SC",
        "hei": "Noto Sans SC",
        "kai": "Noto Serif SC",
        "song": "Noto Serif SC",
    }
    assert chain.stand_ins == ("仿宋", "小标宋", "黑体", "楷体", "宋体")
    title = next(face for face in chain.typefaces if face.role == "title")
    assert title.emboldened


def test_fonts_of_the_agency_come_first(tmp_path):
    # A licensed font cannot lie in this repository: a free one is given its name, equally long.
    serif = (_package_folder("pylopdf_fonts_zh_cn") / "NotoSerifSC-Regular.otf").read_bytes()
    own_name, free_name = "FZShuSong-Z01", "Noto Serif SC"
    renamed = serif.replace(free_name.encode("utf-16-be"), own_name.encode("utf-16-be"))
    (tmp_path / "song.otf").write_bytes(renamed)
    chain = find_fonts(font_folders(tmp_path))
    song = next(face for face in chain.typefaces if face.role == "song")
    assert song.families[:2] == (own_name, free_name)
    assert song.is_own
    assert "宋体" not in chain.stand_ins


def test_stand_ins_still_make_a_whole_document(tmp_path):
    pages = read_pages(render_official_document(REPORT, own_fonts=tmp_path))
    assert "特此报告" in "".join(page.text for page in pages)
