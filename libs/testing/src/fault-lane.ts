import type { Socket } from 'node:net';

/** What is wrong with the wire; all of it can be changed while bytes are on their way. */
export interface Faults {
  /** Added to every answer, in milliseconds. */
  latencyMs: number;
  /** Up to so much more, in milliseconds, anew for each piece that arrives. */
  jitterMs: number;
  /** How fast answers come. */
  bytesPerSecond: number;
  /** Connections open, and nothing passes, either way, until this is false again. */
  halfOpen: boolean;
  /** A connection is reset once it has carried so many bytes of answers. */
  resetAfterBytes: number;
  /** New connections are reset at once. */
  refuse: boolean;
}

/** How a lane treats what passes. */
export interface LaneOptions {
  faults: () => Readonly<Faults>;
  /** From 0 to below 1. */
  random: () => number;
  /** Requests are only held; answers suffer from all the rest. */
  carries: 'requests' | 'answers';
  /** Resets the connection. */
  reset: () => void;
}

/** No more than this waits in a lane, in bytes: beyond it the sender is made to wait. */
const MAX_WAITING = 1024 * 1024;

/** A slow answer is cut to pieces so that it trickles: so many a second. */
const PIECES_PER_SECOND = 20;

/** One direction of a connection: passes on what arrives in its order, when it is due. */
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

  /** The faults have changed: what waits is due as if it had arrived now. */
  retime(): void {
    const waiting = this.queue.splice(0);
    this.lastDueAt = 0;
    this.waiting = 0;
    for (const { bytes } of waiting) this.take(bytes);
    this.work();
  }

  /** Nothing passes any more, and neither side is told. */
  die(): void {
    this.isDead = true;
  }

  /** Passes on what is due. */
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

  /** @returns false where the connection has been reset */
  private pass(bytes: Buffer): boolean {
    const { faults, carries, reset } = this.options;
    const max = carries === 'answers' ? faults().resetAfterBytes : Infinity;
    const mayPass = Math.max(0, max - this.carried);
    this.waiting -= bytes.length;
    this.carried += bytes.length;
    if (bytes.length < mayPass) return this.to.write(bytes) || true;
    // What is still to be sent goes out first: a reset at once would take it back.
    this.to.write(bytes.subarray(0, mayPass), reset);
    return false;
  }
}
