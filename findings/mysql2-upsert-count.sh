#!/usr/bin/env bash
# mysql2 counts 1 for an upsert, whether it inserted the row or found it there
#
# mysql2 3.24.6 connects with CLIENT_FOUND_ROWS, which also changes what an insert counts: `on duplicate key update n = n` affects 1 row
# whether it inserted one or found it there. Without the flag (`flags: ['-FOUND_ROWS']`) it is 1 or 0; then an update counts the rows
# that changed, and only the text `Rows matched` of its result has the rows that it found. Needs `mariadb-server` on the machine.
#
# Seen on 2026-11-28 with Node 26.12.1 and MariaDB 10.11.19.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . mysql2@3.24.6
as=
mkdir data
if [ "$(id -u)" = 0 ]; then as=--user=mysql && chown mysql . data; fi
mariadb-install-db --no-defaults --datadir="$folder/data" --auth-root-authentication-method=normal --skip-test-db $as > install.log 2>&1
$(command -v mariadbd || echo /usr/sbin/mariadbd) --no-defaults --datadir="$folder/data" --socket="$folder/socket" \
  --skip-networking $as > server.log 2>&1 &
server=$!
for _ in $(seq 100); do [ ! -S socket ] || break; sleep 0.1; done
cat > find.mjs <<'EOS'
import mysql from 'mysql2/promise';

const counts = async (flags) => {
  const db = await mysql.createConnection({ socketPath: './socket', user: 'root', flags });
  await db.query('create or replace database shop');
  await db.query('create table shop.shelf (id int primary key, n int)');
  const upsert = 'insert into shop.shelf values (1, 1) on duplicate key update n = n';
  const results = [await db.query(upsert), await db.query(upsert), await db.query('update shop.shelf set n = 1')];
  await db.end();
  return results.map(([{ affectedRows, info }]) => `${affectedRows} ${info}`.trim());
};
const seen = { byDefault: await counts([]), withoutFoundRows: await counts(['-FOUND_ROWS']) };
console.log(seen);
const expected = {
  byDefault: ['1', '1', '1 Rows matched: 1  Changed: 0  Warnings: 0'],
  withoutFoundRows: ['1', '0', '0 Rows matched: 1  Changed: 0  Warnings: 0'],
};
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
EOS
node find.mjs
