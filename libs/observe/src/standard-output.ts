import fs from 'node:fs';
import { pino } from 'pino';

/** The most output that waits for a slow reader or a full disk, in bytes; later lines are lost until it has been written. */
const MAX_WAITING_BYTES = 8_388_608;

/**
 * Standard output, written to without waiting; what is left when the process ends is written then. Where the reader is gone the
 * log is lost, and nothing else: by itself sonic-boom would throw, or try for ever at the end, and the process would not end.
 * After any other failure, as of a full disk, the next line is an attempt to write what waits.
 */
export function standardOutput() {
  const destination = pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  const flush = destination.flushSync.bind(destination);
  destination.flushSync = () => passingOver(flush);
  destination.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') return;
    destination.write = () => false;
    destination.flushSync = () => {};
  });
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
