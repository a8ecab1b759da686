import { gzipSync } from 'node:zlib';
import { seededRandom } from './seeded-random.ts';

/** What no answer of the gateway may repeat: every lie carries it where it can. */
export const UPSTREAM_SECRET = 'hunter2-of-the-upstream';

/** A call as a lying upstream took it. */
export interface TakenCall {
  /** `GET /users` or `ListOrders`. */
  method: string;
  requestId: string;
  /** What it came with: HTTP headers or gRPC metadata. */
  headers: Readonly<Record<string, unknown>>;
  /** What was asked: the JSON body or the gRPC message. */
  question: unknown;
  /** On the clock of `performance.now()`. */
  takenAt: number;
  wasLiedTo: boolean;
  /** How much of an endless answer went out before the caller had enough. */
  bytesSent: number;
  /** Whether the caller took the call back before it was answered. */
  isCancelled: boolean;
}

/** Which calls are lied to: a share of them, of all methods unless named. */
export interface LyingOptions {
  share?: number;
  methods?: readonly string[];
}

/** What a lying upstream knows, whatever wire it speaks: when to lie, and all it was ever asked. */
export class Lying<Lie> {
  /** Every call, in the order they came. */
  readonly taken: TakenCall[] = [];
  private lie: Lie | undefined;
  private options: LyingOptions = {};
  private readonly random = seededRandom(7);
  private readonly watchers = new Set<() => void>();

  /** Lies from now on. */
  answerWith(lie: Lie, options: LyingOptions = {}): void {
    this.lie = lie;
    this.options = options;
  }

  /** Answers as it should from now on. */
  stopLying(): void {
    this.lie = undefined;
  }

  /** Notes a call. @returns it, and the lie it is to be told, if any */
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

  /** Notes that the caller has taken a call back. */
  cancelled(call: TakenCall): void {
    call.isCancelled = true;
    this.changed();
  }

  /** Resolves to the first call that is so, once there is one. */
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

/** So many bytes, made as they are read, and counted. */
export function* endless(bytes: number, call: TakenCall): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += PIECE.length) {
    call.bytesSent += PIECE.length;
    yield PIECE;
  }
}

let bomb: Buffer | undefined;

/** A megabyte of gzip that is a gigabyte when unpacked (RFC 1952: members that follow each other are one file). */
export function gzipBombOfAGigabyte(): Buffer {
  bomb ??= Buffer.concat(Array<Buffer>(16).fill(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 9 })));
  return bomb;
}
