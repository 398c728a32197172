#!/usr/bin/env bash
# Prints the path of a Python that has pyAgrum and pgmpy, as requirements.txt and pgmpy.txt name them;
# makes it if it is not there.
set -euo pipefail
cd "$(dirname "$0")/../.."

python="$PWD/target/formats-venv/bin/python"
wanted="$(cat tests/formats/requirements.txt tests/formats/pgmpy.txt)"
if [ "$wanted" != "$(cat target/formats-venv/installed 2>/dev/null)" ]; then
    rm -rf target/formats-venv
    python3 -m venv target/formats-venv
    "$python" -m pip install --quiet --disable-pip-version-check -r tests/formats/requirements.txt >&2
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps -r tests/formats/pgmpy.txt >&2
    printf '%s\n' "$wanted" >target/formats-venv/installed
fi
echo "$python"
