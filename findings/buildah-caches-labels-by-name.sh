#!/usr/bin/env bash
# buildah's `--layers` gives the labels and environment of an earlier build, whatever `--build-arg` says now
#
# Buildah 1.28.2 with `--layers` looks LABEL and ENV up in its cache by the text of the Dockerfile, before build arguments are put in: a
# second build with another `--build-arg` gives the image of the first, with the first value, and says so by "Using cache" alone. Docker
# takes a changed argument for a change from the first instruction on that uses it.
#
# Seen on 2026-11-29 with buildah 1.28.2 of Debian 12.
set -euo pipefail
command -v buildah >/dev/null || { echo 'needs buildah: apt-get install buildah'; exit 2; }
folder=$(mktemp -d)
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
trap 'buildah --root "$folder/root" --runroot "$folder/run" rmi --all --force >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
mkdir "$folder/context"
cd "$folder/context"
echo file > file
built() {
  buildah --root "$folder/root" --runroot "$folder/run" build --layers --format docker --quiet --build-arg "REVISION=$1" --tag finding --file "$2" . >/dev/null
  buildah --root "$folder/root" --runroot "$folder/run" inspect --type image --format '{{.Docker.Config.Labels.revision}} {{.Docker.Config.Env}}' finding
}
printf 'FROM scratch\nARG REVISION\nLABEL revision=$REVISION\nCOPY file /\n' > with-label
printf 'FROM scratch\nARG REVISION\nENV REVISION=$REVISION\nCOPY file /\n' > with-env
buildah --version
for kind in label env; do
  for revision in first second; do
    echo "$kind, built with REVISION=$revision: $(built $revision with-$kind | tee "$kind-$revision")"
  done
done
grep -q '^first ' label-second
grep -q 'REVISION=first' env-second
