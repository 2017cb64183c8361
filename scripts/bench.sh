#!/usr/bin/env bash
# Measures a release build; docs/benchmarks.md says how. Arguments choose cases, none stands for all:
#   way webhook idle storm commits decisions cold-start build
# `build` (a cold build, minutes) runs only when it is named.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds() { # COMMAND...: how long it took, in seconds
    local start=$EPOCHREALTIME
    "$@" >/dev/null
    awk -v start="$start" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.0f", end - start }'
}

build_times() {
    local scratch=.build-bench
    rm -rf "$scratch"
    echo "debug build, cold: $(seconds swift build --scratch-path "$scratch" --product engawa) s"
    touch Sources/Engine/Engine.swift
    local again
    again=$(seconds swift build --scratch-path "$scratch" --product engawa)
    echo "debug build, one file of the engine touched: $again s"
    rm -rf "$scratch"
}

# Two ends of each of 10,000 sockets are open files of this machine.
ulimit -n "$(ulimit -H -n)"
swift build --configuration release --product engawa >&2
swift build --configuration release --product EngawaLoad >&2
(($#)) || set -- decisions commits way webhook idle storm cold-start
for name in "$@"; do
    echo "== $name"
    if [[ $name == build ]]; then
        build_times
        continue
    fi
    # No case may hold up the others for ever.
    timeout 300 .build/release/EngawaLoad "$name" || echo "$name failed: $?"
done
