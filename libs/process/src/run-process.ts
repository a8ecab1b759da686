import { whatIsDenied } from '#libs/confinement';
import { boundStreamBuffers } from './bound-stream-buffers.ts';
import { isManagedByPm2, isWorker } from './parent.ts';
import { EXIT_CONFIG, givenSettings, misspeltSettings, SettingsError } from './settings.ts';
import { isServing } from './serving.ts';
import { StartError } from './start-error.ts';

/** How long a stop waits for work in flight, in milliseconds; a process that drains first adds that time. */
export const STOP_MS = 7_500;

/** A process that has started. */
export interface Running {
  /** Drains: new requests are still answered, but load balancers and clients are notified. Skipped in urgent stops. */
  drain?(): Promise<void>;
  /** Refuses new work, completes work in flight, closes everything. */
  stop(): Promise<void>;
  /** How long `drain` and `stop` may take together, in milliseconds; `STOP_MS` unless it is set. */
  stopMs?: number;
  /** Called with an uncaught error, before the process stops. */
  fatal(error: unknown, message: string): void;
  /** Called with what an operator should change. */
  warn?(message: string): void;
}

/**
 * Runs a process: starts it, reports its readiness and its settings to a parent with an IPC channel, and stops it on
 * SIGTERM, SIGINT or the parent's end (exit 0), or after an uncaught error (exit 1). SIGTERM, which process managers
 * send, drains it first; so do SIGINT and the message `shutdown` of PM2. Before it serves anybody, it ends at once. Invalid
 * settings, and what a confined process was not allowed, exit 78.
 * @param start is passed a signal that aborts with the first request to stop
 * @param startStopMs how long a stop waits for a start that is under way, in milliseconds
 */
export async function runProcess(
  name: string,
  start: (stopping: AbortSignal) => Promise<Running>,
  startStopMs = STOP_MS,
): Promise<void> {
  boundStreamBuffers();
  let running: Running | undefined;
  let starting: Promise<unknown> = Promise.resolve();
  const stopping = new AbortController();

  const stop = async (exitCode: number, drainsFirst = false): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    if (!running && !isServing()) process.exit(exitCode);
    const tooLate = setTimeout(cutOff, startStopMs).unref();
    // A failing start is reported, and ends the process, where it was started.
    await starting.catch(() => new Promise(() => {}));
    clearTimeout(tooLate);
    setTimeout(cutOff, running?.stopMs ?? STOP_MS).unref();
    try {
      if (drainsFirst) await running?.drain?.();
      await running?.stop();
      process.exit(exitCode);
    } catch (error) {
      report(`${name} did not stop cleanly`, error);
      process.exit(1);
    }
  };
  const cutOff = (): void => {
    running?.warn?.('the stop took too long: what is still under way is cut off');
    process.exit(1);
  };
  const crash = (error: unknown, message: string): void => {
    if (running) running.fatal(error, message);
    else report(message, error);
    void stop(1);
  };

  process.on('SIGTERM', () => void stop(0, true));
  // Of a terminal, that is: somebody waits.
  process.on('SIGINT', () => void stop(0, isManagedByPm2));
  if (isManagedByPm2) process.on('message', (message) => message === 'shutdown' && void stop(0, true));
  process.on('disconnect', () => void stop(0));
  process.on('uncaughtException', (error) => crash(error, 'uncaught exception'));
  process.on('unhandledRejection', (error) => crash(error, 'unhandled rejection'));
  // If the log's reader has ended, only the log is lost.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});

  // The parent may have ended while modules were loaded, and its end is reported only once.
  if (process.connected === false) process.exit(0);

  try {
    const attempt = start(stopping.signal);
    starting = attempt;
    running = await attempt;
    // The process that started the workers says it.
    if (!isWorker) for (const line of misspeltSettings(process.env)) running.warn?.(line);
    if (process.connected) process.send?.(isManagedByPm2 ? 'ready' : { ready: name, settings: givenSettings() });
  } catch (error) {
    const denied = whatIsDenied(error);
    const isTheirs = error instanceof SettingsError || error instanceof StartError;
    report(`${name} did not start`, denied ?? (isTheirs ? error.message : error));
    process.exit(denied || error instanceof SettingsError ? EXIT_CONFIG : 1);
  }
}

function report(message: string, error: unknown): void {
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${message}: ${why}\n`);
}
