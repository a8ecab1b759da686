import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/process';
import { type DatabaseServer, succeeded, unprivileged } from './database-server.ts';
import { runServer } from './running-server.ts';

/** For tests of queries: data need not be durable. */
const FAST = ['--innodb-flush-log-at-trx-commit=0', '--skip-innodb-doublewrite'];

/** Debian's folder of servers, which is not in every PATH. */
const command = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd'].find(existsSync) ?? 'mariadbd';

/**
 * Starts a MariaDB with new data in a temporary folder, on a free port of 127.0.0.1; no other host may connect.
 * @param settings of the server; those of a server that may lose its data unless given
 */
export async function startMariadb(settings: readonly string[] = FAST): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-mariadb-'));
  try {
    const options = unprivileged(folder, 'mysql');
    const data = `--datadir=${join(folder, 'data')}`;
    const install = ['--no-defaults', data, '--auth-root-authentication-method=normal', '--skip-test-db'];
    await succeeded(spawn('mariadb-install-db', install, options));
    const port = await freePort();
    const own = [`--port=${port}`, '--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`];
    return await runServer({
      url: `mariadb://root@127.0.0.1:${port}`,
      folder,
      command,
      args: ['--no-defaults', data, ...own, '--innodb-buffer-pool-size=32M', ...settings],
      options,
      readyText: 'ready for connections',
      stopSignal: 'SIGTERM',
      killSignal: 'SIGKILL',
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
