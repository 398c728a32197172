#!/usr/bin/env bash
# Prints the path of a Python for the tests in tests/NAME, with the packages of requirements.txt there, and those of
# alone.txt without what they ask for; makes it if it is not there.
#
#     tests/python.sh NAME
set -euo pipefail
cd "$(dirname "$0")/.."

venv="$PWD/target/$1-venv"
wanted="$(cat "tests/$1/requirements.txt" "tests/$1/alone.txt" 2>/dev/null || true)"
if [ "$wanted" != "$(cat "$venv/installed" 2>/dev/null)" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: "$@" >&2; }
    if [ -f "tests/$1/requirements.txt" ]; then install -r "tests/$1/requirements.txt"; fi
    if [ -f "tests/$1/alone.txt" ]; then install --no-deps -r "tests/$1/alone.txt"; fi
    printf '%s\n' "$wanted" >"$venv/installed"
fi
echo "$venv/bin/python"
