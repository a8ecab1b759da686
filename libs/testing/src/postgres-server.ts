import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/process';
import { type DatabaseServer, succeeded, unprivileged } from './database-server.ts';
import { runServer } from './running-server.ts';

/** For tests of queries: data need not be durable. */
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/**
 * Starts a server with new data in a temporary folder, on a free port of 127.0.0.1; no other host may connect.
 * @param settings of the server; those of a server that may lose its data unless given
 */
export async function startPostgres(
  binaries: string,
  settings: readonly string[] = FAST,
): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-postgres-'));
  try {
    const options = unprivileged(folder, 'postgres');
    const data = join(folder, 'data');
    const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--locale=C', '--encoding=UTF8'];
    await succeeded(spawn(join(binaries, 'initdb'), initdb, options));
    return await runPostgres(binaries, folder, settings);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Starts a server on the data in `folder`, on a free port. */
export async function runPostgres(
  binaries: string,
  folder: string,
  settings: readonly string[],
): Promise<DatabaseServer> {
  const port = await freePort();
  const given = ['listen_addresses=127.0.0.1', ...settings].flatMap((setting) => ['-c', setting]);
  return runServer({
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    folder,
    command: join(binaries, 'postgres'),
    args: ['-D', join(folder, 'data'), '-p', `${port}`, '-k', folder, ...given],
    options: unprivileged(folder, 'postgres'),
    readyText: 'ready to accept',
    stopSignal: 'SIGINT',
    // Of a first process that is killed, the others go on for a while and keep a new one from starting.
    killSignal: 'SIGQUIT',
  });
}
