#!/usr/bin/env bash
# kysely runs `insert … returning` on MariaDB, writes the row and loses what comes back
#
# kysely 0.29.9 runs `insert … returning` on MariaDB, which has it, and loses what comes back: the row is written, and the caller gets
# one InsertResult with 0 inserted rows in place of it. No error says so, and the types promise the row. MariaDB needs
# `mariadb-server` on the machine.
#
# Seen on 2026-11-28 with Node 26.12.1, MariaDB 10.11.19 and mysql2 3.24.6.
set -euo pipefail
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || { kill "$server"; wait "$server" || true; }; rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . kysely@0.29.9 mysql2@3.24.6
as=
mkdir data
if [ "$(id -u)" = 0 ]; then as=--user=mysql && chown mysql . data; fi
mariadb-install-db --no-defaults --datadir="$folder/data" --auth-root-authentication-method=normal --skip-test-db $as > install.log 2>&1
$(command -v mariadbd || echo /usr/sbin/mariadbd) --no-defaults --datadir="$folder/data" --socket="$folder/socket" \
  --skip-networking $as > server.log 2>&1 &
server=$!
for _ in $(seq 100); do [ ! -S socket ] || break; sleep 0.1; done
cat > find.mjs <<'EOS'
import { Kysely, MysqlDialect, sql } from 'kysely';
import mysql from 'mysql2';

const pool = mysql.createPool({ socketPath: './socket', user: 'root' });
const db = new Kysely({ dialect: new MysqlDialect({ pool }) });
await sql`create database shop`.execute(db);
await sql`create table shop.shelf (id int primary key)`.execute(db);
const shelf = db.withSchema('shop');
const returned = await shelf.insertInto('shelf').values({ id: 1 }).returning('id').executeTakeFirst();
const rows = await shelf.selectFrom('shelf').select('id').execute();
console.log({ returned, rows });
await db.destroy();
process.exit(returned.id === undefined && returned.numInsertedOrUpdatedRows === 0n && rows.length === 1 ? 0 : 1);
EOS
node find.mjs
