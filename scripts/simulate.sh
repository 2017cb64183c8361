#!/usr/bin/env bash
# Runs seeds FROM-TO (or one seed) of the simulation, spread over the cores: scripts/simulate.sh 1-200 0.05
set -euo pipefail

seeds=$1
days=$2
program=${SIMULATE:-.build/debug/simulate}
# The order of sets and dictionaries is part of a run, so it must be the same in every process.
export SWIFT_DETERMINISTIC_HASHING=1

from=${seeds%-*}
to=${seeds#*-}
if [ "$from" = "$to" ]; then exec "$program" --seed "$from" --days "$days"; fi

cores=$(nproc)
pids=()
for ((core = 0; core < cores; core++)); do
    "$program" --seed $((from + core)) --to "$to" --step "$cores" --days "$days" &
    pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
exit $failed
