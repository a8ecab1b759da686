import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Output, outputOf } from '#libs/testing';
import { launcherPorts } from '#test/support/launcher-ports';

/** The processes of the demo, and the settings that move their ports. */
const PORT_SETTINGS = {
  gateway: 'PORT',
  users: 'USERS_PORT',
  orders: 'ORDERS_PORT',
  products: 'PRODUCTS_PORT',
  reviews: 'REVIEWS_PORT',
  assistant: 'ASSISTANT_PORT',
  identity: 'IDENTITY_PORT',
};

/** A process of the demo. */
export type ProcessName = keyof typeof PORT_SETTINGS;

/** What `npm start` runs, on free ports and with new data. */
export interface Demo {
  npm: ChildProcess;
  output: Output;
  url: string;
  /** Where operators come in. */
  adminUrl: string;
  pids: Record<ProcessName, number>;
  ports: number[];
  /** Runs one service alone, as `npm run start:orders` does in another terminal. */
  startAlone(name: ProcessName): Promise<ChildProcess>;
  /** Ends what still runs and removes the data. */
  remove(): void;
}

/** Runs `npm start` until it has printed its welcome; npm leads a process group, as it does in a terminal. */
export async function startDemo(): Promise<Demo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'atrium-demo-'));
  const ports = await launcherPorts();
  // What is remembered would stand in for what is killed.
  const own = { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, CACHE: 'off' };
  const run = (args: string[], environment: Record<string, string>) =>
    spawn('npm', args, { env: { ...own, ...environment }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });

  const npm = run(['start'], ports);
  const output = outputOf(npm);
  const started = [npm];
  await output.waitFor('Ctrl-C stops all processes');
  const pidOf = (name: string) => Number(RegExp(`${name} +pid (\\d+)`).exec(output.text())?.[1]);
  const names = Object.keys(PORT_SETTINGS) as ProcessName[];

  return {
    npm,
    output,
    url: `http://127.0.0.1:${ports['PORT']}`,
    adminUrl: `http://127.0.0.1:${ports['ADMIN_PORT']}`,
    pids: Object.fromEntries(names.map((name) => [name, pidOf(name)])) as Demo['pids'],
    ports: Object.values(ports).map(Number),
    async startAlone(name) {
      const alone = run(['run', `start:${name}`], { PORT: ports[PORT_SETTINGS[name]]! });
      started.push(alone);
      await outputOf(alone).waitFor('listen');
      return alone;
    },
    remove() {
      for (const { pid } of started) endGroup(pid!);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}
