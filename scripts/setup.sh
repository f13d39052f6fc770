#!/bin/sh
# Finds a Python that fits, makes .venv and installs Perseus with the versions of constraints.txt.
# Called by `make setup`. Whatever goes wrong ends in a sentence that says what to do.
# PYTHON=/path/to/python3 make setup uses that interpreter.
set -u
cd "$(dirname "$0")/.." || exit 1
HERE=$(pwd -P)
LOG=.venv/setup.log

die() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

fits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.13 python3.12 python3.11 python3.14 python; fi
    for candidate in "$@"; do
        if fits "$candidate"; then
            echo "$candidate"
            return
        fi
    done
}

how_to_install() {
    if command -v brew >/dev/null 2>&1; then echo "brew install python@3.13"
    elif command -v apt-get >/dev/null 2>&1; then echo "sudo apt-get install -y python3 python3-venv"
    elif command -v dnf >/dev/null 2>&1; then echo "sudo dnf install -y python3.13"
    elif command -v apk >/dev/null 2>&1; then echo "sudo apk add python3"
    else echo "see https://www.python.org/downloads/"
    fi
}

# Runs a command with its output in the log and a dot every second, so that waiting looks like waiting.
quietly() {
    "$@" >>"$LOG" 2>&1 &
    job=$!
    trap 'kill "$job" 2>/dev/null; die "Stopped. Run make setup again to go on."' INT TERM
    while kill -0 "$job" 2>/dev/null; do
        printf '.'
        sleep 1
    done
    wait "$job"
    status=$?
    trap - INT TERM
    return "$status"
}

give_up() {
    printf '\n' >&2
    tail -n 15 "$LOG" >&2
    die "$1 The lines above are the end of $LOG."
}

python=$(find_python)
[ -n "$python" ] || die "Perseus needs Python 3.11, 3.12, 3.13 or 3.14; ${PYTHON:+PYTHON=$PYTHON is not one of them and }none was found.
Install one, then run make setup again:  $(how_to_install)
If one is installed elsewhere:           PYTHON=/path/to/python3 make setup"

version=$("$python" -c 'import platform; print(platform.python_version())')
"$python" -c 'import ensurepip, venv' 2>/dev/null || die "Python $version is here, but without the parts that make virtual environments.
Install them, then run make setup again:  sudo apt-get install -y python3-venv (Debian, Ubuntu: python${version%.*}-venv if that is not enough)"
"$python" -c 'import sqlite3, ssl, sys; sys.exit(sqlite3.sqlite_version_info < (3, 35))' 2>/dev/null || die "Python $version is here, but without SSL or with an SQLite older than 3.35.
Use another one, then run make setup again:  PYTHON=/path/to/python3 make setup  (or: $(how_to_install))"

# A left-over environment is kept only if it was made here and still runs.
if [ -e .venv ] && { [ "$(cat .venv/.folder 2>/dev/null)" != "$HERE" ] || ! fits .venv/bin/python; }; then
    echo "Replacing .venv: it was made in another folder or its Python is gone."
    rm -rf .venv || die "The old .venv cannot be removed. Remove it yourself, then run make setup again:  rm -rf .venv"
fi
if [ ! -e .venv ]; then
    printf 'Creating .venv with Python %s ' "$version"
    mkdir .venv 2>/dev/null || die "This folder cannot be written to. Make it yours first:  sudo chown -R \"\$USER\" ."
    quietly "$python" -m venv .venv || give_up "The virtual environment could not be created. Is the disk full (df -h .)?"
    printf '%s' "$HERE" >.venv/.folder
    echo
fi

: >"$LOG"
printf 'Installing Perseus and its tools (half a minute, longer on a slow line) '
install_with_uv() {
    .venv/bin/python -m pip install --disable-pip-version-check --quiet -c constraints.txt uv &&
        .venv/bin/uv pip install --python .venv/bin/python -c constraints.txt -e '.[dev]'
}
install_with_pip() {
    .venv/bin/python -m pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
}
if ! quietly install_with_uv; then
    printf ' taking the slower way '
    quietly install_with_pip || give_up "The packages could not be installed. Check the network (a proxy goes into HTTPS_PROXY), then run make setup again."
fi
printf '\n'
printf '%s' "$HERE" >.venv/.installed
echo "Ready. Next: make demo"
