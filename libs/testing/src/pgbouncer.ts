import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/process';
import { type DatabaseServer, unprivileged } from './database-server.ts';
import { runServer } from './running-server.ts';

/** Debian's folder of servers, which is not in every PATH. */
const command = ['/usr/sbin/pgbouncer'].find(existsSync) ?? 'pgbouncer';

/** How PgBouncer gives connections of the server to those of clients. */
export type PoolMode = 'session' | 'transaction' | 'statement';

/**
 * Starts a PgBouncer before a PostgreSQL, on a free port of 127.0.0.1.
 * @param server the address of the PostgreSQL
 * @param settings further lines of its configuration
 */
export async function startPgbouncer(
  server: string,
  mode: PoolMode,
  settings: readonly string[] = [],
): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-pgbouncer-'));
  const { hostname, port, username } = new URL(server);
  const own = await freePort();
  const users = join(folder, 'users.txt');
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(users, `"${username}" ""\n`);
  const lines = [
    '[databases]',
    `* = host=${hostname} port=${port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = trust',
    `auth_file = ${users}`,
    `pool_mode = ${mode}`,
    ...settings,
  ];
  writeFileSync(file, lines.join('\n'));
  return runServer({
    url: `postgres://${username}@127.0.0.1:${own}/postgres`,
    folder,
    command,
    args: [file],
    options: unprivileged(folder, 'postgres'),
    readyText: 'process up',
    stopSignal: 'SIGTERM',
    killSignal: 'SIGKILL',
  });
}
