"""The 40 lines, run on their own: equal to the model's heads, and not fooled."""

import ast
import subprocess
import sys
import unicodedata

import pytest

from shuangjian.engines.posting.verifier import NAME, stranger_verifier
from tests.engines.posting.test_verification import FAULTS
from tests.engines.posting.worked_book import shown_file
from tests.engines.posting.worked_chain import changed, heads_of, lines_of, rechained, worked_blocks

BLOCKS = worked_blocks()
FOUND_BY_BOTH = {
    "account twice",
    "unknown account",
    "another book's account",
    "another book's transfer",
}
"""What 40 lines find without published heads; the rest is our verifier's."""


def run(folder, lines, heads=None):
    (folder / NAME).write_bytes(stranger_verifier())
    (folder / "export.txt").write_bytes(b"".join(lines))
    arguments = ["export.txt"]
    if heads is not None:
        (folder / "heads.jsonl").write_text("".join(head.line() for head in heads))
        arguments.append("heads.jsonl")
    command = [sys.executable, "-I", NAME, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_it_prints_what_the_page_shows(tmp_path):
    (tmp_path / NAME).write_bytes(stranger_verifier())
    for name in ("export.txt", "heads.jsonl"):
        (tmp_path / name).write_bytes(shown_file(name).encode())
    done = subprocess.run(
        [sys.executable, "-I", NAME, "export.txt", "heads.jsonl"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == shown_file("printed.txt")


def test_its_heads_counts_and_totals_are_the_models(tmp_path):
    done = run(tmp_path, lines_of(BLOCKS), heads_of(BLOCKS))
    assert (done.returncode, done.stderr) == (0, "")
    expected = [
        f"第 {head.block} 块 链头 {head.head} 累计 {head.transfers} 笔转账"
        for head in heads_of(BLOCKS)
    ]
    expected += [
        "账簿 fees 借方合计 11 分，等于贷方合计",
        "账簿 prepaid 借方合计 160000 分，等于贷方合计",
    ]
    assert done.stdout.splitlines() == expected


def test_published_heads_find_a_chain_that_was_made_anew(tmp_path):
    forged = changed(BLOCKS, 13, reference="slip-0003")
    assert run(tmp_path, lines_of(forged)).returncode == 0, "the control"
    done = run(tmp_path, lines_of(forged), heads_of(BLOCKS))
    assert done.returncode == 1
    assert done.stderr.startswith("不符： 公布的链头")
    done = run(tmp_path, lines_of(BLOCKS[:2]), heads_of(BLOCKS))
    assert done.returncode == 1
    assert done.stderr.startswith("不符： 公布的链头 {'block': 3")


@pytest.mark.parametrize("name", sorted(FOUND_BY_BOTH))
def test_it_finds_on_its_own_what_the_page_says(name, tmp_path):
    done = run(tmp_path, lines_of(FAULTS[name][0]()))
    assert done.returncode == 1
    assert done.stderr.startswith("不符： ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda text: text.replace(b"2>3:5000:-5000", b"2>3:4999:-5000"), "相接"),
        (lambda text: text.replace(b"block\t2", b"block\t3"), "相接"),
        (lambda text: text.replace(b"\t4\t5\n", b"\t4\t6\n"), "转账数"),
        (lambda text: text + b"end\n", "这一行"),
        (lambda text: text + b"\n", "这一行"),
        (lambda text: text[: text.rindex(b"transfer")], "转账数"),
        (lambda text: b"", "AttributeError"),
        (lambda text: text.replace(b"slip", "单".encode()), "UnicodeDecodeError"),
    ],
)
def test_a_changed_text_is_found(change, word, tmp_path):
    text = b"".join(lines_of(BLOCKS))
    done = run(tmp_path, [change(text)])
    assert done.returncode == 1
    assert done.stderr.startswith("不符： ")
    assert word in done.stderr


def test_blocks_in_another_order_are_found(tmp_path):
    assert run(tmp_path, lines_of([BLOCKS[0], BLOCKS[2]])).returncode == 1
    assert run(tmp_path, lines_of(rechained(BLOCKS[:2]))).returncode == 0, "the control"


def test_it_is_short_and_plain_and_imports_the_standard_library_only():
    text = stranger_verifier().decode()
    lines = text.splitlines()
    assert len(lines) <= 40
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    for line in lines:
        assert sum(1 + (unicodedata.east_asian_width(each) in "WF") for each in line) <= 100, line
        assert ";" not in line, "one statement a line"
    # why: 3.8 is the oldest Python that a stranger may have.
    tree = ast.parse(text, feature_version=(3, 8))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
        assert not (isinstance(node, ast.Name) and node.id in {"exec", "eval", "__import__"})
    assert imported <= set(sys.stdlib_module_names)
    assert "shuangjian" not in text.lower()
