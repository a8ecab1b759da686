import type { NetConnectOpts } from 'node:net';
import { exchange } from './exchange.ts';
import { CLEAN, found, type ScannedFile, Scanner, type ScanVerdict, tooLarge, unscanned } from './scanner.ts';

/** The end of a reply to a command that began with `z`. */
const END = '\0';

/** ClamAV's daemon, by its command INSTREAM: clamd(8). Its `StreamMaxLength` limits the size of files. */
export class ClamdScanner extends Scanner {
  constructor(
    private readonly to: NetConnectOpts,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async scan(file: ScannedFile, signal?: AbortSignal): Promise<ScanVerdict> {
    const isWhole = (reply: string) => reply.includes(END);
    const reply = await exchange(this.to, framesOf(file), { timeoutMs: this.timeoutMs, signal, isWhole });
    const text = reply.slice(0, reply.indexOf(END));
    if (text === 'stream: OK') return CLEAN;
    const threat = /^stream: (.+) FOUND$/.exec(text)?.[1];
    if (threat) return found(threat);
    const cause = new Error(`clamd replied: ${text}`);
    throw /size limit exceeded/.test(text) ? tooLarge(cause) : unscanned(cause);
  }
}

/** Each chunk after its length; a length of 0 ends the file. */
async function* framesOf(file: ScannedFile): AsyncGenerator<Uint8Array> {
  yield Buffer.from('zINSTREAM\0');
  for await (const chunk of file) {
    if (!chunk.length) continue;
    yield lengthOf(chunk.length);
    yield chunk;
  }
  yield lengthOf(0);
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}
