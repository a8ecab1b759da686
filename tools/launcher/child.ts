import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { GivenSetting } from '#libs/process';

/** The end of a process. */
export interface Ending {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that the launcher has started. */
export interface Child {
  name: string;
  pid: number | undefined;
  /** True once it listens; false if it ended before. */
  ready: Promise<boolean>;
  /** Its settings in the environment; empty until it is ready. */
  settings: readonly GivenSetting[];
  /** Resolves when it has ended and all its output has been forwarded. */
  ended: Promise<Ending>;
  /** Stops it by SIGINT, without draining, because there is no load balancer, and by SIGKILL after `graceMs`. */
  stop(graceMs: number): Promise<Ending>;
  /** Kills it. */
  kill(): void;
}

/** Receives an output line of a process. */
export type OnLine = (name: string, line: string, stream: 'stdout' | 'stderr') => void;

/**
 * Starts `node …args` with an IPC channel, over which it sends `{ ready: name, settings }` when it listens, and at
 * whose end it stops. It has its own process group, so that Ctrl-C in a terminal reaches only the launcher, which then
 * stops the processes in order.
 */
export function startChild(name: string, args: string[], environment: NodeJS.ProcessEnv, onLine: OnLine): Child {
  const child = spawn(process.execPath, args, {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  eachLine(child.stdout!, (line) => onLine(name, line, 'stdout'));
  eachLine(child.stderr!, (line) => onLine(name, line, 'stderr'));

  const ended = once(child, 'close').then(([exitCode, signal]): Ending => ({ exitCode, signal }));
  const started: Child = {
    name,
    pid: child.pid,
    ready: Promise.race([
      whenReady(child, name).then((settings) => {
        started.settings = settings;
        return true;
      }),
      ended.then(() => false),
    ]),
    settings: [],
    ended,
    async stop(graceMs) {
      child.kill('SIGINT');
      const lastResort = setTimeout(() => child.kill('SIGKILL'), graceMs);
      return ended.finally(() => clearTimeout(lastResort));
    },
    kill: () => void child.kill('SIGKILL'),
  };
  return started;
}

/** A description of the end of a process. */
export function inWords({ exitCode, signal }: Ending): string {
  if (signal) return `was killed by ${signal}`;
  return exitCode === 78 ? 'ended: its settings are invalid (exit code 78)' : `ended with exit code ${exitCode}`;
}

/** Resolves to a process's settings in the environment, once it listens. */
function whenReady(child: ChildProcess, name: string): Promise<readonly GivenSetting[]> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      const { ready, settings = [] } = message as { ready?: string; settings?: GivenSetting[] };
      if (ready === name) resolve(settings);
    });
  });
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', take);
}
