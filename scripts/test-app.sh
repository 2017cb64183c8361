#!/usr/bin/env bash
# Builds an app that takes only the client library from here, in a folder of its own, and looks at what was compiled for
# it: no module of the server. (Packages are resolved as a whole, and compiled by need.) The first time compiles TLS and
# takes minutes, later ones take seconds.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=$PWD/.build/app
swift build --package-path Tests/app --scratch-path "$scratch"

# Every target of the graph has a folder; those that were compiled have objects in it.
modules=$(find "$scratch/debug/" -path '*.build/*.o' -printf '%P\n' | sed -n '/^Modules/!s/\.build\/.*//p' | sort -u)
echo "Compiled: ${modules//$'\n'/ }"
grep --quiet --line-regexp EngawaMessenger <<<"$modules"
own='App|EngawaMessenger'
net='_?C?NIO[A-Za-z0-9]*|_?Atomics(Shims)?|DequeModule|ContainersPreview|InternalCollectionsUtilities'
surplus=$(grep --invert-match --line-regexp --extended-regexp "$own|$net" <<<"$modules" || true)
if [[ -n $surplus ]]; then
    echo "An app gets what it has not asked for: ${surplus//$'\n'/ }" >&2
    exit 1
fi

"$scratch/debug/App"
