import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '#libs/process';

/** A PostgreSQL server for tests. */
export interface PostgresServer {
  url: string;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** For tests only: data need not be durable, and no other host may connect. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1'];

/** Starts a server with new data in a temporary folder, on a free port of 127.0.0.1. */
export async function startPostgres(binaries: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-postgres-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const options = asAllowed(folder);
    const data = join(folder, 'data');
    const initdb = ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync', '--locale=C', '--encoding=UTF8'];
    await succeeded(spawn(join(binaries, 'initdb'), initdb, options));
    const port = await freePort();
    const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
    const server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, '-p', `${port}`, '-k', folder, ...settings],
      options,
    );
    const exited = once(server, 'exit');
    // Promises are no longer awaited on exit, so this cleanup is synchronous.
    const onExit = () => {
      server.kill('SIGQUIT');
      remove();
    };
    process.once('exit', onExit);
    await ready(server);
    const stop = async () => {
      server.kill('SIGINT');
      await exited;
      process.off('exit', onExit);
      remove();
    };
    return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
  } catch (error) {
    remove();
    throw error;
  }
}

/** PostgreSQL refuses to run as root, so it runs as an unprivileged user. */
function asAllowed(folder: string): SpawnOptions {
  const options: SpawnOptions = { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] };
  if (process.getuid?.() !== 0) return options;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!user) throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
  const [uid, gid] = [Number(user[2]), Number(user[3])];
  chownSync(folder, uid, gid);
  return { ...options, uid, gid };
}

async function succeeded(child: ChildProcess): Promise<void> {
  let chunks = '';
  child.stderr!.on('data', (chunk) => (chunks += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`initdb failed: ${chunks}`);
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    const lines = createInterface(server.stderr!);
    lines.on('line', (line) => {
      chunks.push(line);
      if (chunks.length > 100) chunks.shift();
      if (line.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${chunks.join('\n')}`)));
  });
}
