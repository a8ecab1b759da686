import { spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '#libs/process';

/** A PostgreSQL for as long as `use` takes, empty. @returns false where it is not installed */
export async function withPostgres(use: (url: string) => Promise<void>): Promise<boolean> {
  const binaries = globSync('/usr/lib/postgresql/*/bin').sort().at(-1);
  if (!binaries || !existsSync(join(binaries, 'initdb'))) return false;
  const folder = mkdtempSync(join(tmpdir(), 'atrium-study-'));
  try {
    const options = asAllowed(folder);
    const data = join(folder, 'data');
    const made = spawnSync(
      join(binaries, 'initdb'),
      ['-D', data, '-U', 'postgres', '--auth=trust', '--no-sync'],
      options,
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${String(made.stderr)}`);
    const port = await freePort();
    const settings = ['fsync=off', 'listen_addresses=127.0.0.1'].flatMap((setting) => ['-c', setting]);
    const server = spawn(
      join(binaries, 'postgres'),
      ['-D', data, '-p', `${port}`, '-k', folder, ...settings],
      options,
    );
    const ended = once(server, 'exit');
    try {
      for await (const line of createInterface(server.stderr!)) if (line.includes('ready to accept')) break;
      server.stderr!.resume();
      await use(`postgres://postgres@127.0.0.1:${port}/postgres`);
    } finally {
      server.kill('SIGINT');
      await ended;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return true;
}

/** PostgreSQL refuses to run as root. */
function asAllowed(folder: string): SpawnOptions {
  const options: SpawnOptions = { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] };
  if (process.getuid?.() !== 0) return options;
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  const [, , uid, gid] = users
    .find((line) => /^(postgres|nobody):/.test(line))!
    .split(':')
    .map(Number);
  chownSync(folder, uid!, gid!);
  return { ...options, uid, gid };
}
