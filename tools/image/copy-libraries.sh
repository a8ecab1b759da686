#!/bin/sh
# Copies what an image without a system needs to run Node: sh copy-libraries.sh FOLDER
# The program, the libraries that it and the native packages load, the certificates of authorities, and two users.
set -eu
folder=$1
node=$(command -v node)
natives=$(find "$PWD/node_modules" -name '*.node' -o -name '*.so*')
mkdir -p "$folder/etc/ssl/certs" "$folder/tmp" "$folder/proc" "$folder/dev" "$folder/sys"
chmod 1777 "$folder/tmp"
# Libraries of packages themselves come with the packages.
for file in $(ldd "$node" $natives | grep -o '/[^ :]*' | grep -v "^$PWD/" | sort -u) "$node"; do
  mkdir -p "$folder$(dirname "$file")"
  [ -e "$folder$file" ] || cp -L "$file" "$folder$file"
done
[ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/"
printf 'root:x:0:0::/:/sbin/nologin\nnode:x:1000:1000::/:/sbin/nologin\n' > "$folder/etc/passwd"
printf 'root:x:0:\nnode:x:1000:\n' > "$folder/etc/group"
