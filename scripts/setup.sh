#!/usr/bin/env bash
# Installs what the build and the tests need and this machine lacks: Debian packages, and the Python environment of
# the system tests in .venv. Says nothing and takes no time when all is there. Needs root, or sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=()
need_package() { # PACKAGE: install it unless dpkg knows it as installed
    [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]] || packages+=("$1")
}
need_command() { # COMMAND PACKAGE: install the package unless the command is there, from wherever it came
    command -v "$1" >/dev/null || packages+=("$2")
}

need_package libsqlite3-dev
need_package libpq-dev
need_package zlib1g-dev
need_command pkg-config pkg-config
need_command openssl openssl
need_package postgresql-15
need_command /usr/sbin/haproxy haproxy
need_command /usr/sbin/clamd clamav-daemon
need_command chromium chromium
need_package fonts-noto-cjk
need_command node nodejs
need_command python3 python3
python3 -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)

if ((${#packages[@]})); then
    as_root=()
    if ((EUID)); then as_root=(sudo --non-interactive); fi
    echo "Installing ${packages[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get update --quiet=2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends \
        "${packages[@]}" >/dev/null
fi

# The environment is complete when it holds a copy of the requirements that it was made from; the copy comes last.
requirements=Tests/system/requirements.txt
if ! cmp --silent "$requirements" .venv/requirements.txt; then
    echo "Making .venv from $requirements"
    python3 -m venv .venv
    .venv/bin/pip install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" .venv/requirements.txt
fi
