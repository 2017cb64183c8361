#!/usr/bin/env bash
# Runs the Swift tests that are built. A test that never ends is named after LIMIT seconds, instead of holding up
# everything for ever.
set -euo pipefail
cd "$(dirname "$0")/.."

limit=${LIMIT:-1200}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Line by line, or the last lines, which say where it stopped, would stay in a buffer.
status=0
# Not all at once: on two cores, tests that speak over real sockets would starve behind those that compute.
SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=8 timeout --foreground --kill-after=30 "$limit" \
    stdbuf -oL -eL swift test --skip-build "$@" > >(tee "$log") 2>&1 || status=$?

if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
    echo "The tests did not end within $limit s. These had begun, and did not end:" >&2
    # Names of tests are sentences without quotation marks.
    comm -23 <(sed -n 's/^◇ Test "\([^"]*\)" started.*/\1/p' "$log" | sort -u) \
        <(sed -n 's/^[^◇]* Test "\([^"]*\)".* after .*/\1/p' "$log" | sort -u) >&2
fi
exit "$status"
