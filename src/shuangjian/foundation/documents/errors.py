"""What can go wrong with a document (公文), each with a Chinese sentence on what to do next."""

from collections.abc import Sequence
from pathlib import Path


class DocumentError(Exception):
    """A document cannot be made (公文无法生成); the message is fit to be shown."""


class DocumentContentError(DocumentError):
    """The content breaks a rule of the layout (公文内容不合版式)."""

    def __init__(self, *, where: str, why: str, remedy: str) -> None:
        self.where = where
        self.why = why
        self.remedy = remedy
        super().__init__(f"公文“{where}”{why}。{remedy}。")


class FontsMissingError(DocumentError):
    """No usable Chinese font was found (缺少中文字体)."""

    def __init__(self, *, roles: Sequence[str], folders: Sequence[Path]) -> None:
        self.roles = tuple(roles)
        self.folders = tuple(folders)
        looked_in = "、".join(str(folder) for folder in folders) or "（没有可查找的目录）"
        super().__init__(
            f"生成公文缺少字体：{'、'.join(roles)}。已查找的目录：{looked_in}。"
            "请重新运行安装命令，装上 Python 包 pylopdf-fonts-zh-cn（思源宋体、思源黑体），"
            "或安装系统包 fonts-noto-cjk，或把单位已获授权的字体文件放进字体目录"
            "（环境变量 SHUANGJIAN_FONTS）。"
        )


class GlyphMissingError(DocumentError):
    """No font has a character that the document needs (字体缺字)."""

    def __init__(self, *, characters: str) -> None:
        self.characters = characters
        codes = "、".join(f"U+{ord(character):04X}" for character in characters)
        super().__init__(
            f"现有字体中没有“{characters}”（{codes}），为避免公文出现空白或方框，未生成文件。"
            "请把含有该字的字体放进字体目录（环境变量 SHUANGJIAN_FONTS），"
            "或安装 Python 包 manimgx-fonts-cjk 或系统包 fonts-noto-cjk，再重新生成。"
        )


class LayoutFailedError(DocumentError):
    """The typesetter refused the document (排版失败); a fault of the program, not of its user."""

    def __init__(self, *, detail: str) -> None:
        self.detail = detail
        super().__init__(f"公文排版失败：{detail}。请把这句话和所用的报告一并告知系统管理员。")


class FandolUnavailableError(DocumentError):
    """The Fandol fonts could not be fetched (Fandol 字体未能取得); documents still work."""

    def __init__(self, *, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"未能装上 Fandol 仿宋、楷体、黑体、宋体：{reason}。"
            "公文仍可生成，但用思源宋体代替仿宋。联网后重新运行安装命令即可补装；也可以把单位已获授权的字体文件放进字体目录。"
        )
