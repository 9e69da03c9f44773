#!/bin/sh
# Dump Metabase's settings and copy the dump to the bucket: `bin/backup.sh`, every night by cron. Prints the dump's name.
# A dump counts only once PostgreSQL has read it back.
set -eu
umask 077
cd "$(dirname "$0")/.."
. ./.env
mkdir -p backups
name=metabase-$(date -u +%Y%m%dT%H%M%SZ).dump

docker-compose exec -T postgres pg_dump --username metabase --dbname metabase --format custom --no-owner > "backups/$name.part"
docker-compose exec -T postgres pg_restore --list < "backups/$name.part" > /dev/null
mv "backups/$name.part" "backups/$name"

if [ -n "${BACKUP_BUCKET:-}" ]; then
    token=$(curl -sf -H "Metadata-Flavor: Google" \
        "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
    curl -sf -X POST -H "Authorization: Bearer $token" -H "Content-Type: application/octet-stream" --data-binary "@backups/$name" \
        "https://storage.googleapis.com/upload/storage/v1/b/$BACKUP_BUCKET/o?uploadType=media&name=$name" > /dev/null
fi
# Three nights here; the bucket keeps ninety.
ls -1t backups/*.dump | tail -n +4 | xargs -r rm --
echo "$name"
