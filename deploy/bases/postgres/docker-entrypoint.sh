#!/bin/sh
# Makes a cluster at the first start, by the variables of the official image, and becomes the server.
set -eu

# As root: give the data to the server's user, and go on as that.
if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    chown -R postgres:postgres "$PGDATA" /run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

# Made in a folder of its own, which goes when all is done: what was interrupted is not taken for a whole one.
data=$PGDATA
unfinished=$PGDATA/.unfinished
if [ "${1:-}" = postgres ] && [ -e "$unfinished" ]; then
    find "$data" -mindepth 1 -delete
fi

if [ "${1:-}" = postgres ] && [ ! -s "$data/PG_VERSION" ]; then
    export PGDATA="$unfinished"
    user=${POSTGRES_USER:-postgres}
    password=${POSTGRES_PASSWORD:-$(cat "${POSTGRES_PASSWORD_FILE:?POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE must be set}")}
    pipe=$(mktemp -u) && mkfifo -m 600 "$pipe"
    printf '%s\n' "$password" > "$pipe" &
    initdb --username="$user" --pwfile="$pipe" --auth-local=trust --auth-host=scram-sha-256 --no-instructions
    rm "$pipe"
    echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"

    # Until everything is prepared, nobody is listened to from outside.
    pg_ctl --wait --silent --options="-c listen_addresses=''" start
    database=${POSTGRES_DB:-$user}
    run() { psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$user" --dbname="$database" "$@"; }
    if [ "$database" != postgres ]; then
        createdb --username="$user" --maintenance-db=postgres "$database"
    fi
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sql) run --file="$file" ;;
            *.sh) . "$file" ;;
        esac
    done
    pg_ctl --wait --silent --mode=fast stop
    chmod 700 "$data"
    mv "$unfinished"/* "$data"
    rmdir "$unfinished"
    export PGDATA="$data"
fi

# Whoever reaches a container is let in by password.
[ "${1:-}" != postgres ] || set -- "$@" -c "listen_addresses=*"
exec "$@"
