import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** How a process ended. */
export interface Ending {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A process the launcher started. */
export interface Child {
  name: string;
  pid: number | undefined;
  /** True once it listens; false when it ended before. */
  ready: Promise<boolean>;
  /** The names of the settings it was given; empty until it is ready. */
  settings: readonly string[];
  /** When it is gone and all it wrote has been passed on. */
  ended: Promise<Ending>;
  /** Asks it to end (SIGINT: nobody sends clients elsewhere, so it does not drain), and ends it (SIGKILL) where it does not within `graceMs`. */
  stop(graceMs: number): Promise<Ending>;
  /** Ends it now. */
  kill(): void;
}

/** Takes one line that a process wrote. */
export type OnLine = (name: string, line: string, stream: 'stdout' | 'stderr') => void;

/**
 * Starts `node …args` with a channel on which it says `{ ready: name, settings }` when it listens, and on whose end it stops.
 * It leads a process group of its own, so that the Ctrl-C of a terminal reaches the launcher alone, which then stops
 * the processes in order.
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

/** Why a process is not there any more, in words. */
export function inWords({ exitCode, signal }: Ending): string {
  if (signal) return `was ended by ${signal}`;
  return exitCode === 78 ? 'ended: its settings are wrong (exit code 78)' : `ended with exit code ${exitCode}`;
}

/** Resolves to the settings that a process was given, once it listens. */
function whenReady(child: ChildProcess, name: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      const { ready, settings = [] } = message as { ready?: string; settings?: string[] };
      if (ready === name) resolve(settings);
    });
  });
}

function eachLine(stream: Readable, take: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Infinity }).on('line', take);
}
