"""Every environment variable of an installation (环境变量), with its default and meaning."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Variable:
    """One variable (环境变量): its name, default and what it means, in Chinese."""

    name: str
    default: str
    meaning: str

    def read(self) -> str:
        """The value in force: the environment's, or the default."""
        return os.environ.get(self.name, self.default)


MODE = Variable(
    "SHUANGJIAN_MODE", "production", "运行方式：production（正式）、demo（演示）、test（测试）"
)
DATA = Variable("SHUANGJIAN_DATA", "", "数据目录；不填则为项目下的 var/")
DATABASE_URL = Variable(
    "DATABASE_URL", "", "应用角色的 PostgreSQL 地址；不填则使用随包自带的 PostgreSQL"
)
DATABASE_OWNER_URL = Variable(
    "DATABASE_OWNER_URL", "", "属主角色的 PostgreSQL 地址，只用于迁移和建视图"
)
SECRET_KEY = Variable("SHUANGJIAN_SECRET_KEY", "", "会话签名密钥；正式运行必须设置")
ALLOWED_HOSTS = Variable(
    "SHUANGJIAN_ALLOWED_HOSTS", "127.0.0.1,localhost", "允许访问的主机名，用逗号分隔"
)
HTTPS = Variable("SHUANGJIAN_HTTPS", "1", "正式运行是否只走 HTTPS：1 是，0 否（仅限内网试用）")
FONTS = Variable("SHUANGJIAN_FONTS", "", "单位自有字体目录；不填则为数据目录下的 fonts/")
SITE_NAME = Variable("SHUANGJIAN_SITE_NAME", "双减治理平台", "页眉上的平台名称")
TODAY = Variable(
    "SHUANGJIAN_TODAY",
    "",
    "演示和测试时假定的“今天”，如 2026-11-15，或到某一刻 2026-11-15T20:30；正式运行时不得设置",
)

VARIABLES = (
    MODE,
    DATA,
    DATABASE_URL,
    DATABASE_OWNER_URL,
    SECRET_KEY,
    ALLOWED_HOSTS,
    HTTPS,
    FONTS,
    SITE_NAME,
    TODAY,
)


MODES = ("production", "demo", "test")


class UnknownModeError(ValueError):
    """``SHUANGJIAN_MODE`` is none of the three; a slip of the pen must not start unprotected."""

    def __init__(self, chosen: str) -> None:
        super().__init__(
            f"SHUANGJIAN_MODE 写成了“{chosen}”，只能是 {'、'.join(MODES)}。请改正后再启动。"
        )


def data_folder() -> Path:
    """The installation's data folder (数据目录), absolute; it may not exist yet."""
    written = DATA.read()
    return Path(written).expanduser().resolve() if written else ROOT / "var"


def mode() -> str:
    """How this process runs (运行方式): ``production``, ``demo`` or ``test``.

    A data folder that ``bin/demo`` made says so itself, so that every command treats it as a trial.
    """
    if MODE.name in os.environ:
        chosen = os.environ[MODE.name]
        if chosen not in MODES:
            raise UnknownModeError(chosen)
        return chosen
    return "demo" if demo_mark().exists() else MODE.default


def pretended_today() -> str:
    """The day or moment that a trial takes for now (假定的今天), ISO; empty to believe the clock.

    A demonstration stays on the day for which its data was made, so that it is always alive.
    """
    written = TODAY.read()
    if written or mode() != "demo" or not demo_mark().exists():
        return written
    return demo_mark().read_text(encoding="utf-8").strip()


def demo_mark() -> Path:
    """The file that marks a data folder as a demonstration's (演示标记)."""
    return data_folder() / "demonstration"
