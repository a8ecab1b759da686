import { gzipSync } from 'node:zlib';
import type { ShippingCounters } from './counters.ts';
import type { LogDestination, LogProtocol } from './destination.ts';

const BATCH_LINES = 500;
const BATCH_BYTES = 512 * 1024;
/** How long lines wait for others, in milliseconds. */
const COLLECT_MS = 500;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** After so many tries a batch is dropped: what it holds up may be fine. */
const MAX_TRIES = 10;
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Statuses that may pass. */
const AGAIN = new Set([408, 429, 500, 502, 503, 504]);

interface Line {
  text: string;
  bytes: number;
}

/** A batch in which the receiver may take some lines later. */
type Outcome = { isDone: true } | { isDone: false; lines: Line[]; afterMs?: number };

/**
 * Sends lines to one destination, in order, one request at a time. What waits is bounded: the oldest lines are dropped,
 * and counted.
 */
export class LogSender {
  private queue: Line[] = [];
  private queuedBytes = 0;
  private isClosing = false;
  private wake: (() => void) | undefined;
  private readonly closed = new AbortController();
  private readonly running: Promise<void>;

  // Worker threads run this file with its types stripped, which parameter properties do not survive.
  private readonly destination: LogDestination;
  private readonly protocol: LogProtocol;
  private readonly counters: ShippingCounters;
  private readonly place: number;

  constructor(destination: LogDestination, protocol: LogProtocol, counters: ShippingCounters, place: number) {
    this.destination = destination;
    this.protocol = protocol;
    this.counters = counters;
    this.place = place;
    this.running = this.run();
  }

  push(text: string): void {
    const line = { text, bytes: Buffer.byteLength(text) };
    this.queue.push(line);
    this.wait(1, line.bytes);
    while (this.queuedBytes > this.destination.maxBytes && this.queue.length > 0) this.drop([this.queue.shift()!]);
    if (this.queue.length >= BATCH_LINES) this.wake?.();
  }

  /** Sends what waits for at most so long; the rest is dropped and counted. */
  async close(timeoutMs: number): Promise<void> {
    this.isClosing = true;
    this.wake?.();
    const late = setTimeout(() => this.closed.abort(), timeoutMs);
    await this.running;
    clearTimeout(late);
    this.drop(this.queue.splice(0));
  }

  private async run(): Promise<void> {
    while (!this.closed.signal.aborted) {
      if (this.queue.length < BATCH_LINES && !this.isClosing) await this.pause(COLLECT_MS);
      const batch = this.take();
      if (batch.length) await this.deliver(batch);
      else if (this.isClosing) return;
    }
  }

  private async deliver(lines: Line[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const outcome = await this.send(lines);
      if (outcome.isDone) return;
      lines = outcome.lines;
      if (tries >= MAX_TRIES || this.closed.signal.aborted) return this.drop(lines);
      const delayMs = Math.min(MAX_DELAY_MS, outcome.afterMs ?? FIRST_DELAY_MS * 2 ** (tries - 1));
      await this.pause(this.isClosing ? Math.min(delayMs, FIRST_DELAY_MS) : delayMs, true);
    }
  }

  private async send(lines: Line[]): Promise<Outcome> {
    try {
      const answer = await this.post(lines);
      if (answer.status >= 200 && answer.status < 300) {
        const verdict = this.protocol.judge(await bodyOf(answer), lines.length);
        const again = verdict.again.map((place) => lines[place]!);
        this.finish(lines, again, verdict.refused);
        return again.length ? this.failed(again) : { isDone: true };
      }
      await answer.body?.cancel();
      if (AGAIN.has(answer.status)) return this.failed(lines, retryAfterMs(answer));
      this.counters.add(this.place, 'failedRequests');
      this.finish(lines, [], lines.length);
      return { isDone: true };
    } catch {
      return this.failed(lines);
    }
  }

  private post(lines: readonly Line[]): Promise<Response> {
    const { url, headers, timeoutMs, isCompressed } = this.destination;
    const { body, contentType } = this.protocol.encode(lines.map(({ text }) => text));
    return fetch(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': contentType,
        ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
      },
      body: (isCompressed ? gzipSync(body) : body) as RequestInit['body'],
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.closed.signal]),
    });
  }

  private failed(lines: Line[], afterMs?: number): Outcome {
    this.counters.add(this.place, 'failedRequests');
    return { isDone: false, lines, afterMs };
  }

  /** Counts the lines of a batch that are done with: all but those that are sent again. */
  private finish(lines: readonly Line[], again: readonly Line[], refused: number): void {
    this.counters.add(this.place, 'refused', refused);
    this.counters.add(this.place, 'shipped', lines.length - again.length - refused);
    this.wait(again.length - lines.length, bytesOf(again) - bytesOf(lines));
  }

  private drop(lines: readonly Line[]): void {
    if (!lines.length) return;
    this.counters.add(this.place, 'dropped', lines.length);
    this.wait(-lines.length, -bytesOf(lines));
  }

  private wait(lines: number, bytes: number): void {
    this.queuedBytes += bytes;
    this.counters.add(this.place, 'queuedLines', lines);
    this.counters.add(this.place, 'queuedBytes', bytes);
  }

  private take(): Line[] {
    let count = 0;
    for (let bytes = 0; count < Math.min(this.queue.length, BATCH_LINES); count += 1) {
      bytes += this.queue[count]!.bytes;
      if (bytes > BATCH_BYTES && count > 0) break;
    }
    return this.queue.splice(0, count);
  }

  /** Waits until it is woken, or closed. @param isFirm whether a full queue does not wake it */
  private pause(ms: number, isFirm = false): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.closed.signal.removeEventListener('abort', end);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.closed.signal.addEventListener('abort', end);
      if (!isFirm) this.wake = end;
      if (this.closed.signal.aborted) end();
    });
  }
}

const bytesOf = (lines: readonly Line[]): number => lines.reduce((sum, { bytes }) => sum + bytes, 0);

/** The body of an answer. @throws {Error} if it is larger than any that is expected */
async function bodyOf({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk as Uint8Array);
    if ((length += (chunk as Uint8Array).length) > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
  }
  return Buffer.concat(chunks);
}

function retryAfterMs({ headers }: Response): number | undefined {
  const seconds = headers.get('retry-after');
  return seconds !== null && /^\d{1,5}$/.test(seconds)
    ? Math.max(FIRST_DELAY_MS, Number(seconds) * 1000)
    : undefined;
}
