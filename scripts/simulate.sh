#!/usr/bin/env bash
# Runs seeds FROM-TO (or one seed) of the simulation, spread over the cores: scripts/simulate.sh 1-200 0.05
set -euo pipefail

seeds=$1
days=$2
program=${SIMULATE:-.build/debug/simulate}
# Runs of one process. A machine that crashed leaves tasks behind that nobody resumes; they go with their process.
runs=200
# The order of sets and dictionaries is part of a run, so it must be the same in every process.
export SWIFT_DETERMINISTIC_HASHING=1

from=${seeds%-*}
to=${seeds#*-}
if [ "$from" = "$to" ]; then exec "$program" --seed "$from" --days "$days"; fi

cores=$(nproc)
share() { # FIRST: every so manieth seed from there on
    local first last result=0
    for ((first = $1; first <= to; first += cores * runs)); do
        last=$((first + cores * runs - 1))
        "$program" --seed "$first" --to $((last < to ? last : to)) --step "$cores" --days "$days" || result=1
    done
    return "$result"
}

pids=()
for ((core = 0; core < cores; core++)); do
    share $((from + core)) &
    pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
exit $failed
