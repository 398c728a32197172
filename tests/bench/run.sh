#!/usr/bin/env bash
# Measures Weigh beside pyAgrum and writes the tables into docs/benchmarks.md; takes about half an hour.
#
#     tests/bench/run.sh [--bound SECONDS] [--networks NAME,...]
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --release --locked -p weigh-cli
python="$(tests/python.sh formats)"
tables="$(mktemp)"
trap 'rm -f "$tables"' EXIT
"$python" tests/bench/peers.py "${CARGO_TARGET_DIR:-target}/release/weigh" "$@" >"$tables"
"$python" - "$tables" <<'PYTHON'
import pathlib, re, sys
page = pathlib.Path("docs/benchmarks.md")
begin, end = "<!-- tables: begin -->", "<!-- tables: end -->"
tables = pathlib.Path(sys.argv[1]).read_text()
whole = re.compile(re.escape(begin) + ".*" + re.escape(end), re.S)
page.write_text(whole.sub(lambda _: f"{begin}\n\n{tables}\n{end}", page.read_text()))
PYTHON
