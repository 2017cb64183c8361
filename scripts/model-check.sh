#!/usr/bin/env bash
# Compares the router with the slow matcher of its tests in many random states, in a release build of these two alone:
#   scripts/model-check.sh [STATES]                    a million unless said otherwise
#   scripts/model-check.sh planted [STATES] [NAME...]  plants each bug of Tests/routing/planted, or those that are
#                                                      named, and tells what finds it
set -uo pipefail
cd "$(dirname "$0")/.."

tree=$PWD/.build/model-check
mkdir -p "$tree"

take_sources() {
    rm -rf "$tree/Sources" "$tree/Tests"
    mkdir -p "$tree/Sources" "$tree/Tests/RoutingTests"
    cp -rp Sources/ContactCenter Sources/Routing "$tree/Sources/"
    cp -p Tests/RoutingTests/{Chance,MatcherTests,ReferenceExplanation,ReferenceMatcher,ReferencePredictions}.swift \
        "$tree/Tests/RoutingTests/"
}

check() { # STATES: whether both found the same
    swift build -c release --build-tests -Xswiftc -enable-testing --package-path "$tree" > "$tree/build.log" 2>&1 ||
        { grep -m 3 'error:' "$tree/build.log"; return 2; }
    ROUTING_STATES=$1 swift test -c release -Xswiftc -enable-testing --skip-build --package-path "$tree" \
        --filter MatcherTests > "$tree/test.log" 2>&1
}

cat > "$tree/Package.swift" << 'PACKAGE'
// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny")]

let package = Package(
    name: "model-check",
    targets: [
        .target(name: "ContactCenter", swiftSettings: settings),
        .target(name: "Routing", dependencies: ["ContactCenter"], swiftSettings: settings),
        .testTarget(name: "RoutingTests", dependencies: ["ContactCenter", "Routing"], swiftSettings: settings),
    ]
)
PACKAGE

if [[ ${1:-} != planted ]]; then
    take_sources
    if check "${1:-1000000}"; then
        echo "the same in ${1:-1000000} states"
    else
        grep -m 5 -E 'Expectation failed|scene [0-9]+, state' "$tree/test.log" || cat "$tree/build.log"
        exit 1
    fi
    exit
fi
failed=0
patches=(Tests/routing/planted/*.patch)
if [[ $# -gt 2 ]]; then
    patches=()
    for name in "${@:3}"; do patches+=("Tests/routing/planted/$name.patch"); done
fi
for patch in "${patches[@]}"; do
    name=$(basename "$patch" .patch)
    take_sources
    if ! patch -s --no-backup-if-mismatch -p1 -d "$tree" < "$patch"; then
        echo "$name: the patch does not apply any more"
        failed=1
        continue
    fi
    check "${2:-1000000}"
    case $? in
    0) echo "$name: NOT found" && failed=1 ;;
    1) echo "$name: found, first in $(grep -o -m 1 'scene [0-9]*, state [0-9]*' "$tree/test.log")" ;;
    *) echo "$name: does not build" && failed=1 ;;
    esac
done
exit $failed
