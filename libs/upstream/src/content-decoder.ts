import { GatewayError } from '#libs/errors';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';
import type { Transform } from 'node:stream';

/** The most codings of one answer: each needs a window of memory, however short the answer is. */
const MAX_CODINGS = 5;
/**
 * How many times its size content may decode to. Lists of similar records reach some 200 times, a decompression bomb of gzip 1,030
 * times.
 */
const MAX_RATIO = 500;
/** The decoded size up to which the ratio is not checked, in bytes. */
const ALWAYS_ALLOWED_BYTES = 1024 * 1024;
/** RFC 9659: no content coding of Zstandard needs a window of more than 8 MB. */
const ZSTD_OPTIONS = { params: { [constants.ZSTD_d_windowLogMax]: 23 } };

/** `bytesWritten` are the encoded bytes that were decoded so far. */
type Decoding = Transform & { readonly bytesWritten: number };

/** The decoders by coding (RFC 9110, 8.4.1), opened with the first bytes of what they decode. */
const DECODERS = new Map<string, (first: Buffer) => Decoding>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  // RFC 9110 means the zlib format; some servers send the bare one.
  ['deflate', (first) => ((first[0]! & 0x0f) === 8 ? createInflate() : createInflateRaw())],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress(ZSTD_OPTIONS)],
]);

/** Receives decoded content. */
export interface ContentReceiver {
  /** @returns false to pause until `resume` */
  onContent(chunk: Buffer): boolean;
  onContentEnd(): void;
  /** Called with UPSTREAM_BAD_RESPONSE for undecodable content, UPSTREAM_UNAVAILABLE for truncated content. */
  onContentError(error: GatewayError): void;
}

/** What means no coding; all but `identity` are common mistakes, that browsers pass over too. */
const NO_CODINGS = new Set(['', 'identity', 'none', 'utf-8', 'utf8']);

/** The codings of a `Content-Encoding` header, in the order they were applied; without `identity`. */
export function codingsOf(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  const codings = String(header).toLowerCase().split(',');
  return codings.map((coding) => coding.trim()).filter((coding) => !NO_CODINGS.has(coding));
}

/** Why content with these codings cannot be decoded; undefined if it can. */
export function undecodable(codings: readonly string[]): string | undefined {
  if (codings.length > MAX_CODINGS) return `${codings.length} content codings`;
  const unknown = codings.find((coding) => !DECODERS.has(coding));
  return unknown === undefined ? undefined : `the unknown content coding "${unknown.slice(0, 40)}"`;
}

/**
 * A streaming decoder. No coding within the content may decode to more than `maxBytes`, or, beyond a megabyte, to more than 500 times
 * its size: V8 frees decoded bytes later than they are dropped, so the bytes of bombs of several calls would add up. About 16 KiB of
 * decoded data are buffered per coding.
 */
export class ContentDecoder {
  private readonly stages: Stage[] = [];
  private isOver = false;

  /**
   * @param codings in the order they were applied, checked by `undecodable`
   * @param onDrain called when `write` has returned false and there is room again
   */
  constructor(codings: readonly string[], maxBytes: number, receiver: ContentReceiver, onDrain: () => void) {
    let next: Pick<Stage, 'write' | 'end'> = {
      write: (chunk) => this.isOver || receiver.onContent(chunk),
      end: () => this.finish(() => receiver.onContentEnd()),
    };
    const fail = (error: Error) => this.finish(() => receiver.onContentError(failureOf(error)));
    for (const [index, coding] of codings.entries()) {
      const drained =
        index === codings.length - 1 ? onDrain : () => this.stages[codings.length - 2 - index]!.resume();
      next = new Stage(DECODERS.get(coding)!, maxBytes, next, drained, fail);
      this.stages.unshift(next as Stage);
    }
  }

  /** @returns false to pause until `onDrain` */
  write(chunk: Buffer): boolean {
    return this.isOver || this.stages[0]!.write(chunk);
  }

  /** Ends the encoded input. */
  end(): void {
    if (!this.isOver) this.stages[0]!.end();
  }

  /** Resumes after the receiver has returned false. */
  resume(): void {
    this.stages.at(-1)!.resume();
  }

  /** Frees the memory. The receiver is not called any more. */
  destroy(): void {
    this.isOver = true;
    for (const stage of this.stages) stage.destroy();
  }

  private finish(notify: () => void): void {
    if (this.isOver) return;
    this.destroy();
    notify();
  }
}

/** One stage of the decoder, piped to the next. Empty content stays empty: no coding has been applied to it. */
class Stage {
  private transform: Decoding | undefined;
  private decodedBytes = 0;

  constructor(
    private readonly open: (first: Buffer) => Decoding,
    private readonly maxBytes: number,
    private readonly next: Pick<Stage, 'write' | 'end'>,
    private readonly onDrain: () => void,
    private readonly fail: (error: Error) => void,
  ) {}

  write(chunk: Buffer): boolean {
    if (!chunk.length) return true;
    this.transform ??= this.start(chunk);
    return this.transform.write(chunk);
  }

  end(): void {
    if (this.transform) this.transform.end();
    else this.next.end();
  }

  resume(): void {
    this.transform?.resume();
  }

  destroy(): void {
    this.transform?.destroy();
  }

  private start(first: Buffer): Decoding {
    const transform = this.open(first);
    transform.on('data', (chunk: Buffer) => {
      this.decodedBytes += chunk.length;
      const maxBytes = Math.min(this.maxBytes, Math.max(ALWAYS_ALLOWED_BYTES, MAX_RATIO * transform.bytesWritten));
      if (this.decodedBytes > maxBytes) return this.fail(tooLarge(maxBytes));
      if (!this.next.write(chunk)) transform.pause();
    });
    transform.on('drain', this.onDrain);
    transform.on('end', () => this.next.end());
    transform.on('error', this.fail);
    return transform;
  }
}

const tooLarge = (maxBytes: number): Error =>
  Object.assign(new Error(`The decoded content has more than ${maxBytes} bytes`), {
    code: 'ERR_BUFFER_TOO_LARGE',
  });

/** Truncated content was cut off on its way, or its sender has gone. */
function failureOf(error: Error): GatewayError {
  const isCutOff = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
  return isCutOff
    ? new GatewayError('UPSTREAM_UNAVAILABLE', { cause: error, transient: {} })
    : new GatewayError('UPSTREAM_BAD_RESPONSE', { cause: error });
}
