# Sourced by bin/demo, bin/test, bin/bench and bin/shuangjian: makes the environment from the lock files.
# Every step may be repeated after a crash at any of them. POSIX sh.

ROOT=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
UV_VERSION=0.13.9
# why: without compiled files every command would read numba and Django from source.
export UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 PYTHONPATH="$ROOT/src"
# why: an environment that is active elsewhere must not be the one that is filled.
unset VIRTUAL_ENV

say() { printf '%s\n' "$*" >&2; }
fail() { say "✗ $*"; exit 2; }

may_use_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

apt_install() {
    may_use_apt || return 1
    say "· apt-get install $*"
    { apt-get install -y --no-install-recommends "$@" || { apt-get update && apt-get install -y --no-install-recommends "$@"; }; } >/dev/null 2>&1
}

find_python() {
    for name in python3 python3.13 python3.12 python3.11; do
        if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            PYTHON=$(command -v "$name")
            return 0
        fi
    done
    apt_install python3 python3-venv && PYTHON=$(command -v python3) && return 0
    fail "找不到 Python 3.11 或更新的版本。请运行：apt-get install python3 python3-venv"
}

ensure_uv() {
    if [ -x "$ROOT/.boot/bin/uv" ]; then
        UV="$ROOT/.boot/bin/uv"
        return 0
    fi
    find_python
    rm -rf "$ROOT/.boot"
    say "· 准备安装工具"
    if ! "$PYTHON" -m venv "$ROOT/.boot" >/dev/null 2>&1; then
        rm -rf "$ROOT/.boot"
        # why: a bare Debian ships python3 without the venv module.
        apt_install python3-venv || fail "本机的 Python 缺少 venv 模块。请运行：apt-get install python3-venv"
        "$PYTHON" -m venv "$ROOT/.boot" >/dev/null 2>&1 || fail "建立 Python 环境没有成功。请运行：apt-get install python3-venv"
    fi
    "$ROOT/.boot/bin/python" -m pip install -q "uv==$UV_VERSION" || { rm -rf "$ROOT/.boot"; fail "下载安装工具 uv 没有成功。请检查网络或 pip 的镜像设置后再试。"; }
    UV="$ROOT/.boot/bin/uv"
}

# sync_python GROUP...: the locked packages with these groups; those of other groups stay.
sync_python() {
    ensure_uv
    groups=""
    for group in "$@"; do groups="$groups --group $group"; done
    # why: naming the interpreter again would make uv build an existing environment anew.
    interpreter=""
    [ -x "$ROOT/.venv/bin/python" ] || { find_python; interpreter="--python $PYTHON"; }
    # shellcheck disable=SC2086  # groups and interpreter are words of ours
    (cd "$ROOT" && "$UV" sync --quiet --frozen --inexact --no-default-groups $groups $interpreter) ||
        fail "按锁定文件安装 Python 组件没有成功。请检查网络后再运行一次，已完成的部分会保留。"
    VENV="$ROOT/.venv"
}

node_is_usable() {
    command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 &&
        [ "$(node -p 'process.versions.node.split(".")[0] >= 18' 2>/dev/null)" = true ]
}

sync_front_end() {
    want=$(cksum <"$ROOT/package-lock.json")
    [ -f "$ROOT/node_modules/.complete" ] && [ "$(cat "$ROOT/node_modules/.complete")" = "$want" ] && return 0
    say "· 安装网页组件"
    if node_is_usable; then
        (cd "$ROOT" && npm ci --no-audit --no-fund --loglevel=error >&2) || fail "安装网页组件没有成功。请检查网络后再运行一次。"
    else
        sync_python node
        (cd "$ROOT" && PATH="$VENV/bin:$PATH" npm ci --no-audit --no-fund --loglevel=error >&2) || fail "安装网页组件没有成功。请检查网络后再运行一次。"
    fi
    printf '%s' "$want" >"$ROOT/node_modules/.complete"
}
