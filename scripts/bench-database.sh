# The PostgreSQL of a measurement: its own data in a folder, one port of loopback. To be sourced, by root.
database_binaries=/usr/lib/postgresql/15/bin

start_database() { # FOLDER PORT
    mkdir "$1/postgres"
    chown postgres "$1/postgres"
    su postgres -c \
        "$database_binaries/initdb -D $1/postgres/data -U postgres --auth=trust -E UTF8 --locale=C" >/dev/null
    cat >>"$1/postgres/data/postgresql.conf" <<-SETTINGS
	listen_addresses = '127.0.0.1'
	port = $2
	unix_socket_directories = '$1/postgres'
	shared_buffers = 512MB
	max_connections = 100
	SETTINGS
    su postgres -c "$database_binaries/pg_ctl -D $1/postgres/data -l $1/postgres/log -w start" >/dev/null
}

stop_database() { # FOLDER
    if [[ -f $1/postgres/data/postmaster.pid ]]; then
        su postgres -c "$database_binaries/pg_ctl -D $1/postgres/data stop -m fast" >/dev/null || true
    fi
}

need_packages() { # PACKAGE...
    local package
    for package in "$@"; do
        dpkg-query --show "$package" >/dev/null 2>&1 ||
            DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "$package" >/dev/null
    done
}
