import { gzipSync } from 'node:zlib';
import { seededRandom } from './seeded-random.ts';

/** A secret in all wrong responses, which no response of the gateway may contain. */
export const UPSTREAM_SECRET = 'hunter2-of-the-upstream';

/** 70 kB of headers. */
export const manyHeaders = (): Record<string, string> =>
  Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`x-${i}`, UPSTREAM_SECRET.padEnd(1_000, 'x')]));

/** A recorded call. */
export interface TakenCall {
  /** `GET /users` or `ListOrders`. */
  method: string;
  requestId: string;
  /** Its HTTP headers or gRPC metadata. */
  headers: Readonly<Record<string, unknown>>;
  /** Its JSON body or gRPC message. */
  question: unknown;
  /** By `performance.now()`. */
  takenAt: number;
  wasLiedTo: boolean;
  /** The number of bytes of an endless response sent before the caller ended it. */
  bytesSent: number;
  /** Whether the caller cancelled the call before the response. */
  isCancelled: boolean;
}

/** The calls that get wrong responses: a share of them, of all methods by default. */
export interface LyingOptions {
  share?: number;
  methods?: readonly string[];
}

/** The protocol-independent state: the active wrong response, and all recorded calls. */
export class Lying<Lie> {
  /** All calls, in order of arrival. */
  readonly taken: TakenCall[] = [];
  private lie: Lie | undefined;
  private options: LyingOptions = {};
  private readonly random = seededRandom(7);
  private readonly watchers = new Set<() => void>();

  /** Activates a wrong response. */
  answerWith(lie: Lie, options: LyingOptions = {}): void {
    this.lie = lie;
    this.options = options;
  }

  /** Returns correct responses from now on. */
  stopLying(): void {
    this.lie = undefined;
  }

  /** Records a call. @returns it, and its wrong response, if any */
  take(
    method: string,
    headers: Readonly<Record<string, unknown>>,
    question: unknown,
  ): { call: TakenCall; lie: Lie | undefined } {
    const { share = 1, methods } = this.options;
    const lie = (!methods || methods.includes(method)) && this.random() < share ? this.lie : undefined;
    const call = {
      method,
      requestId: typeof headers['x-request-id'] === 'string' ? headers['x-request-id'] : '',
      headers,
      question,
      takenAt: performance.now(),
      wasLiedTo: lie !== undefined,
      bytesSent: 0,
      isCancelled: false,
    };
    this.taken.push(call);
    this.changed();
    return { call, lie };
  }

  /** Records that the caller has cancelled a call. */
  cancelled(call: TakenCall): void {
    call.isCancelled = true;
    this.changed();
  }

  /** Resolves to the first call that satisfies a condition. */
  async first(isSo: (call: TakenCall) => boolean): Promise<TakenCall> {
    for (;;) {
      const found = this.taken.find(isSo);
      if (found) return found;
      await new Promise<void>((resolve) => this.watchers.add(resolve));
    }
  }

  private changed(): void {
    for (const notify of this.watchers) notify();
    this.watchers.clear();
  }
}

const PIECE = Buffer.alloc(64 * 1024, ' ');

/** A number of bytes, generated on demand and counted. */
export function* endless(bytes: number, call: TakenCall): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += PIECE.length) {
    call.bytesSent += PIECE.length;
    yield PIECE;
  }
}

let bomb: Buffer | undefined;

/** A megabyte of gzip that decompresses to a gigabyte (RFC 1952: concatenated members are one file). */
export function gzipBombOfAGigabyte(): Buffer {
  bomb ??= Buffer.concat(Array<Buffer>(16).fill(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 9 })));
  return bomb;
}
