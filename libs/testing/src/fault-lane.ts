import type { Socket } from 'node:net';

/** Network faults; they can be changed while bytes are in transit. */
export interface Faults {
  /** The added latency of responses, in milliseconds. */
  latencyMs: number;
  /** The maximum of additional random latency per chunk, in milliseconds. */
  jitterMs: number;
  /** The bandwidth of responses. */
  bytesPerSecond: number;
  /** Connections are accepted, but no bytes pass in either direction until this is false. */
  halfOpen: boolean;
  /** A connection is reset after this number of response bytes. */
  resetAfterBytes: number;
  /** New connections are reset immediately. */
  refuse: boolean;
}

/** Options of a lane. */
export interface LaneOptions {
  faults: () => Readonly<Faults>;
  /** From 0 to below 1. */
  random: () => number;
  /** Whether it carries requests, which are only held; the other faults apply to responses. */
  carries: 'requests' | 'answers';
  /** Resets the connection. */
  reset: () => void;
}

/** The buffer limit of a lane in bytes: beyond it the sender is paused. */
const MAX_WAITING = 1024 * 1024;

/** A slow response is split into this number of chunks per second. */
const PIECES_PER_SECOND = 20;

/** One direction of a connection: forwards chunks in order, when they are due. */
export class FaultLane {
  private readonly queue: { bytes: Buffer; dueAt: number }[] = [];
  private waiting = 0;
  private carried = 0;
  private lastDueAt = 0;
  private hasEnded = false;
  private isDead = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly from: Socket,
    private readonly to: Socket,
    private readonly options: LaneOptions,
  ) {
    from.on('data', (bytes: Buffer) => this.take(bytes));
    from.on('end', () => {
      this.hasEnded = true;
      this.work();
    });
    to.on('drain', () => this.work());
    to.on('close', () => clearTimeout(this.timer));
  }

  /** Called when the faults have changed: buffered chunks are scheduled as if they had just arrived. */
  retime(): void {
    const waiting = this.queue.splice(0);
    this.lastDueAt = 0;
    this.waiting = 0;
    for (const { bytes } of waiting) this.take(bytes);
    this.work();
  }

  /** Drops all bytes from now on, without notice to either side. */
  die(): void {
    this.isDead = true;
  }

  /** Forwards due chunks. */
  work(): void {
    clearTimeout(this.timer);
    if (this.to.destroyed || this.isDead || this.options.faults().halfOpen) return;
    while (this.queue.length && !this.to.writableNeedDrain) {
      const leftMs = this.queue[0]!.dueAt - performance.now();
      if (leftMs > 0) {
        this.timer = setTimeout(() => this.work(), leftMs);
        return;
      }
      if (!this.pass(this.queue.shift()!.bytes)) return;
    }
    if (this.waiting < MAX_WAITING) this.from.resume();
    if (this.hasEnded && !this.queue.length) this.to.end();
  }

  private take(bytes: Buffer): void {
    const { bytesPerSecond } = this.options.faults();
    const isSlow = this.options.carries === 'answers' && bytesPerSecond < Infinity;
    const max = isSlow ? Math.max(1, Math.ceil(bytesPerSecond / PIECES_PER_SECOND)) : bytes.length;
    const arrivesAt = performance.now() + this.delayMs();
    for (let at = 0; at < bytes.length; at += max) {
      const piece = bytes.subarray(at, at + max);
      const sendingMs = isSlow ? (piece.length / bytesPerSecond) * 1000 : 0;
      this.lastDueAt = Math.max(arrivesAt, this.lastDueAt) + sendingMs;
      this.queue.push({ bytes: piece, dueAt: this.lastDueAt });
    }
    this.waiting += bytes.length;
    if (this.waiting >= MAX_WAITING) this.from.pause();
    this.work();
  }

  private delayMs(): number {
    const { faults, random, carries } = this.options;
    return carries === 'answers' ? faults().latencyMs + random() * faults().jitterMs : 0;
  }

  /** @returns false if the connection has been reset */
  private pass(bytes: Buffer): boolean {
    const { faults, carries, reset } = this.options;
    const max = carries === 'answers' ? faults().resetAfterBytes : Infinity;
    const mayPass = Math.max(0, max - this.carried);
    this.waiting -= bytes.length;
    this.carried += bytes.length;
    if (bytes.length < mayPass) return this.to.write(bytes) || true;
    // Pending bytes are sent first: an immediate reset would discard them.
    this.to.write(bytes.subarray(0, mayPass), reset);
    return false;
  }
}
