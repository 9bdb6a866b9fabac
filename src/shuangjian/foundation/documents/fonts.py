"""The font chain (字体链): which font sets which part, and what stands in for a missing one.

The standard names 仿宋, 小标宋, 黑体, 楷体 and 宋体. An agency's own licensed files come
first, then the free Fandol fonts, then Noto, which has the rare characters of names that the
others lack.
"""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typst

from shuangjian.foundation.documents.errors import FontsMissingError

# why: these two are PyPI packages of font files; they are found, never imported.
FONT_PACKAGES = ("pylopdf_fonts_zh_cn", "manimgx_fonts_cjk")

# Where Debian's fonts-noto-cjk and texlive-lang-chinese put their files.
SYSTEM_FOLDERS = (
    Path("/usr/share/fonts/opentype/noto"),
    Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
)

SERIF_STAND_INS = ("Noto Serif SC", "Noto Serif CJK SC")
SANS_STAND_INS = ("Noto Sans SC", "Noto Sans CJK SC")
KAI_STAND_INS = ("LXGW WenKai",)


@dataclass(frozen=True, kw_only=True)
class Typeface:
    """A typeface that the standard asks for (标准字体), with the families that may serve as it.

    Attributes:
        role: the template's name for it.
        name_zh: the standard's name for it.
        own: families made as this typeface, best first.
        stand_ins: families that serve where none of those is found, and for single characters.
        bold: drawn bold; where the first family found has no bold cut, its outline is thickened.
    """

    role: str
    name_zh: str
    own: tuple[str, ...]
    stand_ins: tuple[str, ...]
    bold: bool = False


TYPEFACES = (
    Typeface(
        role="fang",
        name_zh="仿宋",
        own=(
            "FangSong_GB2312",
            "仿宋_GB2312",
            "FangSong",
            "仿宋",
            "FZFangSong-Z02",
            "STFangsong",
            "FandolFang R",
        ),
        stand_ins=SERIF_STAND_INS + SANS_STAND_INS,
    ),
    Typeface(
        role="title",
        name_zh="小标宋",
        own=(
            "FZXiaoBiaoSong-B05S",
            "方正小标宋简体",
            "FZXiaoBiaoSong-B05",
            "方正小标宋_GBK",
            "FandolSong",
        ),
        # why: Debian's Noto Serif CJK has a bold cut, the packaged Noto Serif SC has none.
        stand_ins=tuple(reversed(SERIF_STAND_INS)) + SANS_STAND_INS,
        bold=True,
    ),
    Typeface(
        role="hei",
        name_zh="黑体",
        own=("SimHei", "黑体", "FZHei-B01", "STHeiti", "FandolHei"),
        stand_ins=SANS_STAND_INS + SERIF_STAND_INS,
    ),
    Typeface(
        role="kai",
        name_zh="楷体",
        own=(
            "KaiTi_GB2312",
            "楷体_GB2312",
            "KaiTi",
            "楷体",
            "FZKai-Z03",
            "STKaiti",
            "FandolKai",
        ),
        stand_ins=KAI_STAND_INS + SERIF_STAND_INS + SANS_STAND_INS,
    ),
    Typeface(
        role="song",
        name_zh="宋体",
        own=("SimSun", "宋体", "FZShuSong-Z01", "STSong", "FandolSong"),
        stand_ins=SERIF_STAND_INS + SANS_STAND_INS,
    ),
)

# Licensed display cuts are drawn as heavy as they should be, and named as regular weight.
DRAWN_HEAVY = frozenset(
    {"FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "方正小标宋_GBK"}
)
BOLD_WEIGHT = 700
REGULAR_WEIGHT = 400


@dataclass(frozen=True, kw_only=True)
class ResolvedTypeface:
    """A typeface as this machine has it (本机字体).

    Attributes:
        families: every family found here, in order of preference; never empty.
        weight: 400 or 700.
        emboldened: the outline must be thickened, because no bold cut is there.
        is_own: the first family was made as this typeface, so it is no stand-in.
    """

    role: str
    name_zh: str
    families: tuple[str, ...]
    weight: int
    emboldened: bool
    is_own: bool


@dataclass(frozen=True, kw_only=True)
class FontChain:
    """Every typeface of an official document (字体链), and the folders they were found in."""

    folders: tuple[Path, ...]
    typefaces: tuple[ResolvedTypeface, ...]

    @property
    def stand_ins(self) -> tuple[str, ...]:
        """The standard's typefaces that another one stands in for here (代用字体), in order."""
        return tuple(face.name_zh for face in self.typefaces if not face.is_own)


def font_folders(own_folder: Path) -> tuple[Path, ...]:
    """The folders where fonts may lie (字体目录), the agency's own first; existing ones only."""
    folders = [own_folder]
    for package in FONT_PACKAGES:
        specification = importlib.util.find_spec(package)
        if specification is not None and specification.origin is not None:
            folders.append(Path(specification.origin).parent)
    folders.extend(SYSTEM_FOLDERS)
    return tuple(folder for folder in folders if folder.is_dir())


def find_fonts(folders: Sequence[Path]) -> FontChain:
    """Find the fonts of an official document (查找公文字体).

    Args:
        folders: existing folders, read with their subfolders. The machine's other fonts are not
            looked at, so that two machines with the same folders make the same document.

    Raises:
        FontsMissingError: some typeface has neither its own family nor a stand-in.
    """
    found = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in folders],
    ).fonts()
    weights_by_family: dict[str, set[int]] = {}
    for font in found:
        weights_by_family.setdefault(font.family, set()).add(font.weight)
    variable = {font.family for font in found if _is_variable(font.path)}
    resolved = [
        _resolve(typeface, weights_by_family=weights_by_family, variable=variable)
        for typeface in TYPEFACES
    ]
    missing = [
        typeface.name_zh for typeface, face in zip(TYPEFACES, resolved, strict=True) if face is None
    ]
    if missing:
        raise FontsMissingError(roles=missing, folders=folders)
    return FontChain(
        folders=tuple(folders), typefaces=tuple(face for face in resolved if face is not None)
    )


def _is_variable(path: str | None) -> bool:
    """Whether a file holds every weight in one (可变字体), by the mark in its name."""
    return path is not None and ("-VF" in path or "[wght]" in path)


def _resolve(
    typeface: Typeface, *, weights_by_family: dict[str, set[int]], variable: set[str]
) -> ResolvedTypeface | None:
    meant = tuple(
        family for family in typeface.own + typeface.stand_ins if family in weights_by_family
    )
    if not meant:
        return None
    # why: a font that the agency added for a rare character helps, whatever its family's name.
    others = tuple(sorted(weights_by_family.keys() - set(meant)))
    first = meant[0]
    has_bold = max(weights_by_family[first]) >= BOLD_WEIGHT or first in variable
    drawn_heavy = first in DRAWN_HEAVY
    return ResolvedTypeface(
        role=typeface.role,
        name_zh=typeface.name_zh,
        families=meant + others,
        weight=BOLD_WEIGHT if typeface.bold and not drawn_heavy else REGULAR_WEIGHT,
        emboldened=typeface.bold and not drawn_heavy and not has_bold,
        is_own=first in typeface.own,
    )
