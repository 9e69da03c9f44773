#!/bin/sh
# Rehearse a newer Metabase on a copy, then take it: `bin/upgrade.sh …@sha256:…`. Metabase changes its database at the first start of
# a version and cannot go back, so the copy goes first: of tonight's dump, on port 3001.
#   1. bin/upgrade.sh rehearse IMAGE    a copy runs; from a checkout: METABASE_URL=http://…:3001 make metabase-plan must be empty
#   2. bin/upgrade.sh take IMAGE        a dump, then the real one
#   3. bin/upgrade.sh forget            the copy goes
set -eu
umask 077
cd "$(dirname "$0")/.."
step=${1:?rehearse, take or forget}
image=${2:-}
copy() { METABASE_IMAGE=$image METABASE_PORT=3001 POSTGRES_FOLDER=postgres.rehearsal docker-compose --project-name rehearsal "$@"; }
by_digest() {
    echo "$image" | grep -Eq '@sha256:[0-9a-f]{64}$' || { echo "upgrade: name the image by digest: …@sha256:…" >&2; exit 1; }
}

case $step in
    rehearse)
        by_digest
        dump=backups/$(bin/backup.sh)
        rm -rf postgres.rehearsal
        copy up --detach --wait postgres
        copy exec -T postgres pg_restore --username metabase --dbname metabase --no-owner --exit-on-error --single-transaction < "$dump"
        copy up --detach --wait
        echo "$image" > rehearsed
        echo "upgrade: the copy runs on port 3001. From a checkout: METABASE_URL=http://localhost:3001 make metabase-plan; it must find nothing to do"
        ;;
    take)
        by_digest
        [ "$(cat rehearsed 2> /dev/null)" = "$image" ] || { echo "upgrade: $image was not rehearsed: bin/upgrade.sh rehearse $image" >&2; exit 1; }
        dump=$(bin/backup.sh)
        sed -i "s|^METABASE_IMAGE=.*|METABASE_IMAGE=$image|" .env
        docker-compose up --detach --wait metabase
        echo "upgrade: done. Say the same digest in Terraform (metabase_image), or the next start takes the old image. Way back: bin/restore.sh backups/$dump with the old image in .env"
        ;;
    forget)
        image=${image:-$(cat rehearsed)}
        copy down
        rm -rf postgres.rehearsal rehearsed
        ;;
    *) echo "upgrade: rehearse, take or forget" >&2; exit 1 ;;
esac
