import fs from 'node:fs';
import { pino } from 'pino';
import { onReloadLogs, pm2LogFile } from './pm2-log.ts';

/** The most output that waits for a slow reader or a full disk, in bytes; later lines are lost until it has been written. */
const MAX_WAITING_BYTES = 8_388_608;
const STANDARD_OUTPUT = 1;
/** The time after which output that a slow reader had no room for is tried again, in milliseconds. */
const RETRY_MS = 100;

/**
 * Standard output, written to without waiting; what is left when the process ends is written then. Where the reader is gone the
 * log is lost, and nothing else: by itself sonic-boom would throw, or try for ever at the end, and the process would not end.
 * After any other failure, as of a full disk, the next line is an attempt to write what waits. In PM2's cluster mode it is the
 * file that PM2 has for it.
 */
export function standardOutput() {
  const file = pm2LogFile();
  let isEnding = false;
  const destination = pino.destination({
    dest: file ?? STANDARD_OUTPUT,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
    // A pipe does not block once anything has used `process.stdout`. What waits for sonic-boom's own retry is lost at the end.
    retryEAGAIN: () => isEnding,
  } as Parameters<typeof pino.destination>[0]);
  const flush = destination.flushSync.bind(destination);
  let isOpen = !file;
  destination.once('ready', () => (isOpen = true));
  destination.flushSync = () => {
    isEnding = true;
    if (isOpen) passingOver(flush);
    isEnding = false;
  };
  destination.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EAGAIN') setTimeout(() => destination.write(''), RETRY_MS).unref();
    if (code !== 'EPIPE') return;
    destination.write = () => false;
    destination.flushSync = () => {};
  });
  if (file) onReloadLogs(() => destination.reopen());
  return destination;
}

/** Runs `flush` so that what cannot be written passes for written. */
function passingOver(flush: () => void): void {
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
  } finally {
    fs.writeSync = writeSync;
  }
}
