import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#libs/process';
import { started, succeeded, unprivileged } from './database-server.ts';
import { findPostgres } from './postgres-binaries.ts';

/** A primary whose commits wait until its standby has them (synchronous replication). */
export interface PostgresPair {
  /** `host:port` of the primary. */
  primary: string;
  /** `host:port` of the standby. */
  standby: string;
  /** Ends the primary with SIGKILL, its connections with it. */
  killPrimary(): Promise<void>;
  /** Makes the standby a primary; resolves when it accepts writes. */
  promote(): Promise<void>;
  /** Stops both and removes their data. */
  stop(): Promise<void>;
}

/**
 * Two new servers in a temporary folder, on free ports of 127.0.0.1, for the user and the database `postgres`.
 * @returns undefined if PostgreSQL is not on this machine
 */
export async function postgresPairForTests(): Promise<PostgresPair | undefined> {
  const binaries = findPostgres();
  if (!binaries) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'atrium-postgres-pair-'));
  const options = unprivileged(folder, 'postgres');
  const program = (name: string, args: readonly string[]) => spawn(join(binaries, name), args, options);
  const servers: ChildProcess[] = [];
  const start = async (data: string, port: number) => {
    const args = ['-D', data, '-p', `${port}`, '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
    const server = await started(join(binaries, 'postgres'), args, options, 'ready to accept');
    servers.push(server);
    return server;
  };
  const end = async (server: ChildProcess, signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  };
  const stop = async () => {
    for (const server of servers.toReversed()) await end(server, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [first, second] = [join(folder, 'first'), join(folder, 'second')];
    const [firstPort, secondPort] = [await freePort(), await freePort()];
    const initdb = ['-D', first, '-U', 'postgres', '--auth=trust', '--no-sync', '--locale=C', '--encoding=UTF8'];
    await succeeded(program('initdb', initdb));
    const primary = await start(first, firstPort);
    const from = ['-h', '127.0.0.1', '-p', `${firstPort}`, '-U', 'postgres'];
    await succeeded(program('pg_basebackup', [...from, '-D', second, '-R', '-X', 'stream']));
    await start(second, secondPort);
    appendFileSync(join(first, 'postgresql.auto.conf'), "synchronous_standby_names = '*'\n");
    primary.kill('SIGHUP');
    return {
      primary: `127.0.0.1:${firstPort}`,
      standby: `127.0.0.1:${secondPort}`,
      killPrimary: () => end(primary, 'SIGKILL'),
      promote: () => succeeded(program('pg_ctl', ['-D', second, 'promote', '-w'])),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
