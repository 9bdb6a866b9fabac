import ast
import subprocess
import sys
import unicodedata

import pytest

from shuangjian.engines.draw.verifier import stranger_verifier
from tests.engines.draw.scene import (
    RANDOMNESS,
    Scene,
    allocation_scene,
    announcement,
    fallback_scene,
    interval_scene,
    physical_scene,
    written,
)
from tests.engines.draw.stranger import printed

MECHANISMS = ("order", "lottery", "start-interval")
SCENES = {
    "drand": Scene(),
    "sm3": Scene(announcement(hash="sm3")),
    "physical": physical_scene(),
    "fallback": fallback_scene(),
    "allocation": allocation_scene(),
    "start-interval": interval_scene(),
}


def run(folder, *values):
    command = [sys.executable, "-I", str(folder / "verify.py"), str(folder), *values]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", SCENES)
def test_the_copied_text_accepts_an_untouched_folder_on_its_own(name, tmp_path):
    files = SCENES[name].files()
    folder = written(files, tmp_path)
    done = run(folder)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    lines = done.stdout.splitlines()
    assert len(lines) > len(files), "every check is printed"
    assert all(line.startswith("通过： ") for line in lines[:-1])


def test_the_seed_and_the_hash_for_the_notary_are_printed(tmp_path):
    scene = Scene()
    files = scene.files()
    found = printed(files["verify.py"], written(files, tmp_path))
    assert f"commit.json 的散列值 {scene.hash(files['commit.json'])}" in found.splitlines()[-1]


def test_a_given_beacon_must_be_the_published_one(tmp_path):
    folder = written(Scene().files(), tmp_path)
    assert run(folder, RANDOMNESS).returncode == 0
    done = run(folder, RANDOMNESS[:-1] + "0")
    assert done.returncode == 1
    assert done.stderr.startswith("不符： 公共随机源")


def test_it_stops_with_the_first_thing_that_is_wrong(tmp_path):
    files = Scene().files()
    folder = written(files | {"rules.txt": files["rules.txt"] + b"!"}, tmp_path)
    done = run(folder)
    assert (done.returncode, done.stderr) == (1, "不符： rules.txt\n")
    (folder / "draw.json").unlink()
    done = run(folder)
    assert done.returncode == 1
    assert done.stderr.startswith("不符： FileNotFoundError")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_it_is_short_and_plain_and_imports_the_standard_library_only(mechanism):
    text = stranger_verifier(mechanism).decode()
    lines = text.splitlines()
    assert len(lines) <= 40
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    wide = "WF"
    for line in lines:
        assert sum(1 + (unicodedata.east_asian_width(each) in wide) for each in line) <= 100, line
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
    assert "shuangjian" not in text.lower().replace("shuangjian-nonce/1", "")
