#!/usr/bin/env bash
# Measures: the time of a cold and a warm build, then a release build under load. docs/benchmarks.md says how.
# SKIP_BUILD_TIMES=1 leaves out the cold debug build, which takes minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds() { # COMMAND...: how long it took, in seconds
    local start=$EPOCHREALTIME
    "$@" >/dev/null
    awk -v start="$start" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.0f", end - start }'
}

if [[ -z ${SKIP_BUILD_TIMES:-} ]]; then
    scratch=.build-bench
    rm -rf "$scratch"
    echo "| build | seconds |"
    echo "|---|---|"
    echo "| debug, cold | $(seconds swift build --scratch-path "$scratch" --product engawa) |"
    touch Sources/Engine/Engine.swift
    echo "| debug, one file of the engine touched | $(seconds swift build --scratch-path "$scratch" --product engawa) |"
    rm -rf "$scratch"
    echo
fi

swift build --configuration release --product engawa >&2
exec .venv/bin/python scripts/bench.py --binary .build/release/engawa "$@"
