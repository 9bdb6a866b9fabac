"""会话密钥: the key that signs sessions; given in production, kept with the data in a trial."""

import secrets

from shuangjian.edges.config import env


class MissingSecretError(RuntimeError):
    """Production was started without a key of its own."""


def secret_key() -> str:
    """The signing key in force.

    Raises:
        MissingSecretError: production, and ``SHUANGJIAN_SECRET_KEY`` is not set.
    """
    given = env.SECRET_KEY.read()
    if given:
        return given
    if env.mode() == "production":
        raise MissingSecretError(
            "正式运行必须设置 SHUANGJIAN_SECRET_KEY（至少 50 个随机字符），否则会话可以被伪造。"
            "试用请运行 bin/demo。"
        )
    kept = env.data_folder() / "secret-key"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64), encoding="utf-8")
    return kept.read_text(encoding="utf-8")
