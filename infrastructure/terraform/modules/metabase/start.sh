#!/bin/sh
# Runs as root at each start of the machine: mount the disk, fetch what this version of Terraform says, start Metabase.
set -eu
umask 077
said() { curl -sf -H "Metadata-Flavor: Google" "http://metadata.google.internal/computeMetadata/v1/instance/attributes/$1"; }
disk=/dev/disk/by-id/google-metabase-data
home=/srv/metabase

blkid "$disk" > /dev/null || mkfs.ext4 -q "$disk"
mkdir -p $home
mountpoint -q $home || mount -o discard,nodev,nosuid "$disk" $home
mkdir -p $home/bin $home/backups

if ! command -v docker > /dev/null; then
    apt-get update -qq
    apt-get install -qq -y docker.io docker-compose curl python3
fi

said compose > $home/compose.yml
for program in backup restore upgrade; do
    said $program > $home/bin/$program.sh
    chmod 700 $home/bin/$program.sh
done

token=$(curl -sf -H "Metadata-Flavor: Google" \
    "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token" | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
project=$(curl -sf -H "Metadata-Flavor: Google" "http://metadata.google.internal/computeMetadata/v1/project/project-id")
secret() {
    curl -sf -H "Authorization: Bearer $token" \
        "https://secretmanager.googleapis.com/v1/projects/$project/secrets/$1/versions/latest:access" |
        python3 -c 'import base64, json, sys; print(base64.b64decode(json.load(sys.stdin)["payload"]["data"]).decode(), end="")'
}

mkdir -p $home/secrets
# Only root enters the folder; the user who reads the password in a container is another one than the file's.
chmod 700 $home/secrets
secret "$(said password-secret)" > $home/secrets/password
echo "MB_ENCRYPTION_SECRET_KEY=$(secret "$(said encryption-secret)")" > $home/secrets/metabase.env
chmod 644 $home/secrets/password
cat > $home/.env << SETTINGS
METABASE_IMAGE=$(said metabase-image)
POSTGRES_IMAGE=$(said postgres-image)
METABASE_SITE_URL=$(said site-url)
BACKUP_BUCKET=$(said backup-bucket)
SETTINGS

cd $home
docker-compose pull --quiet
docker-compose up --detach --remove-orphans

# A dump each night at eight, UTC; the disk's snapshot comes an hour later.
echo "0 8 * * * root cd $home && bin/backup.sh 2>&1 | logger -t metabase-backup" > /etc/cron.d/metabase-backup
chmod 644 /etc/cron.d/metabase-backup
