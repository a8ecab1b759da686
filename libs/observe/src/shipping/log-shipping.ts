import { fileURLToPath } from 'node:url';
import { type DestinationStream, pino } from 'pino';
import { type ShippingCounts, ShippingCounters } from './counters.ts';
import type { LogDestination } from './destination.ts';
import type { TransportOptions } from './transport.worker.ts';

/** The bytes that the worker thread may be behind, before lines are dropped here. */
const MAX_BEHIND_BYTES = 4 * 1024 * 1024;
/** How long the last lines may take to be sent, in milliseconds. */
const CLOSE_MS = 1_500;
/** How much longer the worker thread may take to end, in milliseconds. */
const END_MS = 400;

const HERE = fileURLToPath(import.meta.url);
const TRANSPORT = HERE.replace(/log-shipping(\.[jt]s)$/, 'transport.worker$1');

/** Where lines are written, whatever becomes of them elsewhere. */
export type Output = DestinationStream & {
  flushSync?(): void;
  on?(event: 'lost', listener: (lines: number) => void): unknown;
};

/** A stream to the worker thread, as pino makes it. */
type Thread = ReturnType<typeof pino.transport>;

/**
 * Writes each line to an output, which is the truth, and passes it to a worker thread that sends it to destinations. What
 * they cannot take is dropped and counted; no line waits for them.
 */
export class LogShipping implements DestinationStream {
  /** Is called when the worker thread has failed: from then on lines go to the output alone, and count as dropped. */
  onFailed: (error: unknown) => void = () => {};
  private readonly counters: ShippingCounters;
  private thread: Thread | undefined;
  private sentBytes = 0;

  private readonly output: Output;
  private readonly destinations: readonly LogDestination[];
  private readonly closeMs: number;

  constructor(output: Output, destinations: readonly LogDestination[], closeMs = CLOSE_MS) {
    this.closeMs = closeMs;
    this.output = output;
    this.destinations = destinations;
    const memory = ShippingCounters.memoryFor(destinations.length);
    this.counters = new ShippingCounters(memory);
    const options: TransportOptions = { destinations, counters: memory, closeMs };
    const thread = pino.transport({ target: TRANSPORT, options, worker: { autoEnd: false } }) as Thread;
    thread.on('error', (error: unknown) => {
      this.thread = undefined;
      this.onFailed(error);
    });
    this.thread = thread;
  }

  write(line: string): void {
    this.output.write(line);
    const data = Buffer.from(line);
    if (!this.thread || this.sentBytes - this.counters.receivedBytes > MAX_BEHIND_BYTES) {
      for (const place of this.destinations.keys()) this.counters.add(place, 'dropped');
      return;
    }
    this.sentBytes += data.length;
    this.thread.write(data as unknown as string);
  }

  flushSync(): void {
    this.output.flushSync?.();
  }

  /** What became of the lines, by kind of destination. */
  report(): (ShippingCounts & { destination: string })[] {
    return this.destinations.map(({ kind }, place) => ({ destination: kind, ...this.counters.of(place) }));
  }

  /** Sends what waits, for a short time. Never rejects. */
  async close(): Promise<void> {
    const { thread } = this;
    if (!thread) return;
    this.thread = undefined;
    await new Promise<void>((resolve) => {
      const late = setTimeout(resolve, this.closeMs + END_MS);
      thread.flush(() => {
        clearTimeout(late);
        resolve();
      });
    });
    thread.end();
  }
}
