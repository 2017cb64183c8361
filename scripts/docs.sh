#!/usr/bin/env bash
# Renders the reference of the client library into .build/docs, as a site that any web server can show. A warning, such
# as a link to a name that is gone, ends it.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build --target EngawaMessenger
out=.build/docs
graphs=.build/symbol-graphs
rm -rf "$out" "$graphs"
mkdir -p "$graphs"

# The modules of C that the library's own imports lead to.
maps=()
for map in .build/checkouts/*/Sources/*/include/module.modulemap .build/debug/*.build/module.modulemap; do
    if [[ -f $map ]]; then maps+=(-Xcc "-fmodule-map-file=$map"); fi
done
target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)",*/\1/p' | head -1)
swift symbolgraph-extract -module-name EngawaMessenger -I .build/debug/Modules -target "$target" \
    -minimum-access-level public -skip-inherited-docs "${maps[@]}" -output-dir "$graphs"

docc convert Sources/EngawaMessenger/EngawaMessenger.docc --additional-symbol-graph-dir "$graphs" --output-path "$out" \
    --fallback-display-name EngawaMessenger --fallback-bundle-identifier engawa.messenger --warnings-as-errors \
    --transform-for-static-hosting
echo "Open $out/documentation/engawamessenger/ by a web server, as: python3 -m http.server --directory $out"
