#!/usr/bin/env bash
# Runs the tests of the web models with node's own runner.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t tests < <(find Tests/web -name '*.test.js' -o -name '*.test.mjs' | sort)
if ((${#tests[@]} == 0)); then
    echo "No tests under Tests/web" >&2
    exit 1
fi
exec node --test "${tests[@]}"
