import re
from pathlib import Path

import pytest

from shuangjian.foundation.policy.catalogue import load_catalogue
from shuangjian.foundation.policy.leaf import PolicyFilesInvalidError

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))
KNOWN_REGIONS = {"000000", "510185"}
_HEAD = re.compile(r"# place: (?P<place>.+)\n# line: (?P<line>\d+)\n# words: (?P<words>.+)\n")


def test_there_are_at_least_a_dozen_broken_files():
    assert len(BROKEN) >= 12


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_with_its_words_at_its_line(path):
    content = path.read_bytes()
    head = _HEAD.match(content.decode())
    place, line, words = head["place"], int(head["line"]), head["words"]

    with pytest.raises(PolicyFilesInvalidError) as refusal:
        load_catalogue({place: content}, known_regions=KNOWN_REGIONS)

    at_line = [
        str(fault)
        for fault in refusal.value.problems
        if (fault.file, fault.line) == (place, line) and words in fault.message
    ]
    assert at_line, refusal.value.problems
    assert at_line[0].startswith(f"{place} 第 {line} 行：")


def test_a_file_that_is_not_utf_8_is_refused():
    content = 'title = "作业"'.encode("gb18030")

    with pytest.raises(PolicyFilesInvalidError, match="不是 UTF-8"):
        load_catalogue({"national/homework.toml": content})


def test_every_fault_of_all_files_is_told_at_once():
    contents = {
        "national/first.toml": b'[[leaves]]\nkey = "a.b"\ncolour = 1\n',
        "national/second.toml": b"[[values]]\nvalue = 1\n",
    }

    with pytest.raises(PolicyFilesInvalidError) as refusal:
        load_catalogue(contents)

    assert {fault.file for fault in refusal.value.problems} == set(contents)
    assert len(refusal.value.problems) > 8
