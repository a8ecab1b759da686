import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A database server for tests. */
export interface DatabaseServer {
  url: string;
  /** The folder of its data, with a parent that its user may write to. */
  folder: string;
  /** Kills it without notice. Its data stay. */
  kill(): Promise<void>;
  /** Starts it again with its data, on its port. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** Options of a process that must not run as root: it runs in `folder` as the first of these users that exists. */
export function unprivileged(folder: string, ...users: string[]): SpawnOptions {
  const options: SpawnOptions = { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] };
  if (process.getuid?.() !== 0) return options;
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const user = [...users, 'nobody'].map((name) => lines.find(([one]) => one === name)).find(Boolean);
  if (!user) throw new Error(`a database server does not run as root, and there is no user ${users[0]} or nobody`);
  const [uid, gid] = [Number(user[2]), Number(user[3])];
  chownSync(folder, uid, gid);
  return { ...options, uid, gid };
}

/** Resolves when a command has succeeded. @throws {Error} with what it wrote to standard error */
export async function succeeded(child: ChildProcess): Promise<void> {
  let chunks = '';
  child.stderr!.on('data', (chunk) => (chunks += chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${child.spawnfile} failed: ${chunks}`);
}

/** A process that writes a line with `text` to standard error as soon as it accepts connections. */
export function started(command: string, args: readonly string[], options: SpawnOptions, text: string) {
  const server = spawn(command, args, options);
  return new Promise<ChildProcess>((resolve, reject) => {
    const chunks: string[] = [];
    const lines = createInterface(server.stderr!);
    lines.on('line', (line) => {
      chunks.push(line);
      if (chunks.length > 100) chunks.shift();
      if (line.includes(text)) resolve(server);
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`${command} did not start:\n${chunks.join('\n')}`)));
  });
}
