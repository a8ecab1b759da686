import fs from 'node:fs';
import { pino } from 'pino';
import { onReloadLogs, pm2LogFile } from './pm2-log.ts';

/** The most output that waits for a slow reader or a full disk, in bytes; later lines are lost until it has been written. */
const MAX_WAITING_BYTES = 8_388_608;
const STANDARD_OUTPUT = 1;
/** The time after which output that a slow reader had no room for is tried again, in milliseconds. */
const RETRY_MS = 100;
/** How long the end of the process waits for a reader that takes nothing, in milliseconds. */
const MAX_STALL_MS = 2_000;

let lost = 0;

/** The lines that standard output had no room or no reader for, since the start of this process. */
export const lostLines = (): number => lost;

/**
 * Standard output, written to without waiting; what is left when the process ends is written then. Where the reader is gone, or
 * takes nothing at the end, the log is lost, and nothing else: by itself sonic-boom would throw, or try for ever at the end, and
 * the process would not end. After any other failure, as of a full disk, the next line is an attempt to write what waits. In
 * PM2's cluster mode it is the file that PM2 has for it. The event `lost` has the number of lines that were lost before
 * everything that waited was written.
 */
export function standardOutput() {
  const file = pm2LogFile();
  let isEnding = false;
  let lostBefore = 0;
  let stall = { bytes: 0, since: 0 };
  const destination = pino.destination({
    dest: file ?? pipeOfItsOwn() ?? STANDARD_OUTPUT,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
    // A pipe does not block once anything has used `process.stdout`. What waits for sonic-boom's own retry is lost at the end.
    retryEAGAIN: (_: unknown, chunkBytes: number, furtherBytes: number) => {
      const bytes = chunkBytes + furtherBytes;
      if (bytes !== stall.bytes) stall = { bytes, since: performance.now() };
      return isEnding && performance.now() - stall.since < MAX_STALL_MS;
    },
  } as Parameters<typeof pino.destination>[0]);
  const flush = destination.flushSync.bind(destination);
  let isOpen = !file;
  destination.once('ready', () => (isOpen = true));
  const giveUp = (): void => {
    destination.write = () => {
      lost += 1;
      return false;
    };
    destination.flushSync = () => {};
  };
  destination.flushSync = () => {
    isEnding = true;
    stall = { bytes: 0, since: 0 };
    if (isOpen && !passingOver(flush)) giveUp();
    isEnding = false;
  };
  destination.on('drop', () => (lost += 1));
  destination.on('drain', () => {
    if (lost === lostBefore) return;
    const lines = lost - lostBefore;
    lostBefore = lost;
    destination.emit('lost', lines);
  });
  destination.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EAGAIN') setTimeout(() => destination.write(''), RETRY_MS).unref();
    if (code !== 'EPIPE') return;
    giveUp();
    process.stderr.write('log lines are lost: standard output has no reader any more\n');
  });
  if (file) onReloadLogs(() => destination.reopen());
  return destination;
}

/**
 * The pipe that standard output is, opened once more: it does not block, whatever the other processes that write to it set. Node
 * resets what it was given at the end of each worker. Undefined for anything else, and where it cannot be opened.
 */
function pipeOfItsOwn(): number | undefined {
  try {
    if (!fs.fstatSync(STANDARD_OUTPUT).isFIFO()) return undefined;
    return fs.openSync(`/proc/self/fd/${STANDARD_OUTPUT}`, fs.constants.O_WRONLY | fs.constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

/**
 * Runs `flush` so that what cannot be written passes for written.
 * @returns false if nobody has taken anything for some time
 */
function passingOver(flush: () => void): boolean {
  const { writeSync } = fs;
  fs.writeSync = ((fd: number, data: string | Buffer, ...rest: never[]) => {
    try {
      return writeSync(fd, data as string, ...rest);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') throw error;
      return Buffer.byteLength(data);
    }
  }) as typeof writeSync;
  try {
    flush();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
    throw error;
  } finally {
    fs.writeSync = writeSync;
  }
}
