import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CLEAN, found, type ScannedFile, Scanner, type ScanVerdict, unscanned } from './scanner.ts';

const MAX_OUTPUT = 4_096;
/** The exit codes of clamscan(1) and clamdscan(1). */
const INFECTED = 1;

/**
 * A program that reads a file from its standard input and exits with 0 for a clean one, with 1 for an infected one. It gets no
 * shell and no environment but PATH; the first line of its output that ends in FOUND names the threat.
 */
export class ProgramScanner extends Scanner {
  constructor(
    private readonly path: string,
    private readonly args: readonly string[],
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async scan(file: ScannedFile, signal?: AbortSignal): Promise<ScanVerdict> {
    signal?.throwIfAborted();
    const late = AbortSignal.timeout(this.timeoutMs);
    const child = spawn(this.path, this.args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      signal: signal ? AbortSignal.any([late, signal]) : late,
      killSignal: 'SIGKILL',
    });
    const exited = once(child, 'close') as Promise<[number | null]>;
    exited.catch(() => {});
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_OUTPUT) output += text;
    });
    let isRead = true;
    let reading: Error | undefined;
    const source = Readable.from(noting(file, (error) => (reading = error as Error)));
    await pipeline(source, child.stdin).catch(() => (isRead = false));
    if (reading !== undefined) child.kill('SIGKILL');
    const [code] = await exited.catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unscanned(error);
    });
    if (reading !== undefined) throw reading;
    // A program may end before it has read everything once it has found something, but not where it says that all is clean.
    if (code === INFECTED) return found(/^(?:.*: )?(.+) FOUND$/m.exec(output)?.[1] ?? '');
    if (code === 0 && isRead) return CLEAN;
    throw unscanned(
      new Error(`the scanner ended with code ${code}${isRead ? '' : ' before it had read the file'}`),
    );
  }
}

/** Passes on what is read, and notes what reading throws: that is no failure of the program. */
async function* noting(file: ScannedFile, note: (error: unknown) => void): AsyncGenerator<Uint8Array> {
  const chunks = iterate(file);
  try {
    for (;;) {
      const { value, done } = await chunks.next().catch((error: unknown) => {
        note(error);
        throw error;
      });
      if (done) return;
      yield value;
    }
  } finally {
    await chunks.return(undefined);
  }
}

async function* iterate(file: ScannedFile): AsyncGenerator<Uint8Array, undefined> {
  yield* file;
}
