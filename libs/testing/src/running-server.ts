import { type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type DatabaseServer, started } from './database-server.ts';

interface ServerOptions {
  url: string;
  folder: string;
  command: string;
  args: readonly string[];
  options: SpawnOptions;
  /** What it writes to standard error as soon as it accepts connections. */
  readyText: string;
  /** Stops it quickly, without waiting for clients. */
  stopSignal: NodeJS.Signals;
  /** Ends it and all its processes at once, as a crash does. */
  killSignal: NodeJS.Signals;
}

/** Starts a server whose data are prepared. It ends with this process. */
export async function runServer(given: ServerOptions): Promise<DatabaseServer> {
  const { url, folder, command, args, options, readyText, stopSignal, killSignal } = given;
  const remove = () => rmSync(folder, { recursive: true, force: true });
  let server: ChildProcess | undefined;
  // Promises are no longer awaited on exit, so this cleanup is synchronous.
  const onExit = () => {
    server?.kill(killSignal);
    remove();
  };
  const end = async (signal: NodeJS.Signals) => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  };
  const start = async () => {
    server = await started(command, args, options, readyText);
  };
  process.once('exit', onExit);
  await start();
  return {
    url,
    folder,
    start,
    kill: () => end(killSignal),
    stop: async () => {
      await end(stopSignal);
      process.off('exit', onExit);
      remove();
    },
  };
}
