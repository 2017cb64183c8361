#!/usr/bin/env bash
# Measures Engawa and ejabberd with PostgreSQL in turns, with the same client in the same minutes: the message way,
# A B A B. Installs both from Debian's packages, runs them on loopback in a temporary folder, and stops what it
# started. Needs root. Arguments go to the load (`--visitors 20 --rounds 3 --seconds 5`).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/bench-database.sh
. scripts/bench-database.sh

folder=$(mktemp --directory -t engawa-ejabberd.XXXXXX)
chmod 755 "$folder"
database_port=15443
socket_port=15380
beam=

stop() {
    if [[ -n $beam ]]; then kill "$beam" 2>/dev/null || true; fi
    for process in $(pgrep -x 'beam.smp|epmd' || true); do
        if grep --quiet --null-data "HOME=$folder/ejabberd" "/proc/$process/environ" 2>/dev/null; then
            kill "$process" || true
        fi
    done
    stop_database "$folder"
    rm -rf "$folder"
}
trap stop EXIT

need_packages postgresql-15 ejabberd erlang-p1-pgsql

make_archive() {
    psql -q -h 127.0.0.1 -p $database_port -U postgres -c "create database ejabberd encoding 'UTF8' template template0"
    psql -q -h 127.0.0.1 -p $database_port -U postgres ejabberd -f /usr/share/ejabberd/sql/pg.sql >/dev/null
}

# Every message goes into the archive of its sender and of its receiver before it reaches the receiver's socket.
start_ejabberd() {
    mkdir -p "$folder"/ejabberd/{conf,log,spool}
    cat >"$folder/ejabberd/conf/ejabberd.yml" <<-SETTINGS
	hosts: [localhost]
	loglevel: warning
	listen:
	  - port: $socket_port
	    ip: "127.0.0.1"
	    backlog: 2048
	    module: ejabberd_http
	    request_handlers: {"/ws": ejabberd_http_ws}
	sql_type: pgsql
	sql_server: "127.0.0.1"
	sql_port: $database_port
	sql_database: ejabberd
	sql_username: postgres
	sql_password: ""
	sql_pool_size: 20
	default_db: sql
	auth_method: [anonymous]
	anonymous_protocol: sasl_anon
	allow_multiple_connections: true
	disable_sasl_mechanisms: []
	acl: {local: {user_regexp: ""}}
	access_rules: {c2s: {allow: all}}
	websocket_timeout: 3600
	modules:
	  mod_mam: {db_type: sql, default: always, assume_mam_usage: true, request_activates_archiving: false}
	  mod_stream_mgmt: {resend_on_timeout: if_offline}
	  mod_disco: {}
	SETTINGS
    touch "$folder"/ejabberd/conf/{ejabberdctl.cfg,vm.args}
    chown -R ejabberd:ejabberd "$folder/ejabberd"
    # A bare ejabberdctl would let epmd listen on every address.
    (
        cd "$folder/ejabberd"
        export ERL_EPMD_ADDRESS=127.0.0.1 INET_DIST_INTERFACE=127.0.0.1 ERL_MAX_PORTS=60000 ERL_EPMD_PORT=14370
        export HOME="$folder/ejabberd"
        exec setpriv --reuid=ejabberd --regid=ejabberd --init-groups ejabberdctl -n engawa_bench@localhost \
            -d "$folder/ejabberd/conf" -l "$folder/ejabberd/log" -s "$folder/ejabberd/spool" foreground \
            >run.log 2>&1 </dev/null
    ) &
    beam=$!
    for _ in {1..120}; do
        if (exec 3<>"/dev/tcp/127.0.0.1/$socket_port") 2>/dev/null; then return; fi
        sleep 0.25
    done
    echo "ejabberd does not answer: $(tail -n 5 "$folder/ejabberd/run.log")" >&2
    return 1
}

ulimit -n "$(ulimit -H -n)"
start_database "$folder" "$database_port"
make_archive
start_ejabberd
swift build --configuration release --product engawa >&2
swift build --configuration release --product EngawaLoad >&2
timeout 540 .build/release/EngawaLoad compare --peer "ws://127.0.0.1:$socket_port/ws" "$@"
