#!/usr/bin/env bash
# Measures the message way with PostgreSQL, at one process and across two. Installs PostgreSQL from Debian's packages,
# runs it on loopback in a temporary folder, and stops what it started. Needs root. Arguments go to the load.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/bench-database.sh
. scripts/bench-database.sh

folder=$(mktemp --directory -t engawa-cluster.XXXXXX)
chmod 755 "$folder"
# Below the ports that connections get: thousands of them linger after a measurement.
port=15444

stop() {
    stop_database "$folder"
    rm -rf "$folder"
}
trap stop EXIT

need_packages postgresql-15
swift build --configuration release --product engawa >&2
swift build --configuration release --product EngawaLoad >&2
start_database "$folder" "$port"
psql -q -h 127.0.0.1 -p "$port" -U postgres -c "create database engawa encoding 'UTF8' template template0"
timeout 540 .build/release/EngawaLoad crossing --database "postgresql://postgres@127.0.0.1:$port/engawa" "$@"
