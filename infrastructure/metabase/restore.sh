#!/bin/sh
# Put a dump back: `bin/restore.sh backups/metabase-….dump`. Into an empty PostgreSQL beside the one that runs; the folders change
# places only when all of it is in, and the old one stays as postgres.before.
set -eu
umask 077
cd "$(dirname "$0")/.."
dump=${1:?which dump: bin/restore.sh backups/metabase-….dump}
[ -f "$dump" ] || { echo "restore: there is no $dump" >&2; exit 1; }
[ ! -e postgres.before ] || { echo "restore: postgres.before is still there from the last time; look at it, then remove it" >&2; exit 1; }

other() { POSTGRES_FOLDER=postgres.restored docker-compose --project-name restoring "$@"; }
rm -rf postgres.restored
other up --detach --wait postgres
other exec -T postgres pg_restore --username metabase --dbname metabase --no-owner --exit-on-error --single-transaction < "$dump"
other down

docker-compose stop
mv postgres postgres.before
mv postgres.restored postgres
docker-compose up --detach --wait
echo "restore: done; the one before is in postgres.before until you remove it"
