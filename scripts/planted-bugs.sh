#!/usr/bin/env bash
# Plants each known bug of Tests/simulation/planted in a copy of the sources and names the first seed that finds it.
# SEEDS_MAX=400 DAYS=0.01; the copy stays in .build/planted, so that a second run builds little.
set -uo pipefail
cd "$(dirname "$0")/.."

seeds_max=${SEEDS_MAX:-400}
days=${DAYS:-0.01}
tree=$PWD/.build/planted
mkdir -p "$tree/.build"
# What the package depends on is there already; the copy need not fetch it again.
for part in checkouts repositories artifacts workspace-state.json; do
    if [ -e ".build/$part" ] && [ ! -e "$tree/.build/$part" ]; then cp -r ".build/$part" "$tree/.build/"; fi
done
failed=0
for patch in Tests/simulation/planted/*.patch; do
    name=$(basename "$patch" .patch)
    rm -rf "$tree/Sources"
    cp -r Package.swift Package.resolved Sources Tests "$tree/" 2>/dev/null
    if ! patch -s --no-backup-if-mismatch -p1 -d "$tree" < "$patch"; then
        echo "$name: the patch does not apply any more"
        failed=1
        continue
    fi
    if ! swift build --package-path "$tree" --product simulate > "$tree/build.log" 2>&1; then
        echo "$name: does not build, see $tree/build.log"
        failed=1
        continue
    fi
    if "$tree/.build/debug/simulate" --seed 1 --to "$seeds_max" --days "$days" --until-failure > "$tree/run.log" 2>&1
    then
        echo "$name: not found in $seeds_max seeds"
        failed=1
    else
        echo "$name: found by $(grep -o 'make simulate SEED=[0-9]* DAYS=[0-9.]*' "$tree/run.log" | head -1)"
        grep -m 2 '^seed ' "$tree/run.log" | sed 's/^/    /'
    fi
done
exit $failed
