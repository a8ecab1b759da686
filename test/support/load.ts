import { type Dispatcher, Pool } from 'undici';

/** How many connections a load has at most. */
export const CONNECTIONS = 512;

/** What a request of a load is. */
export interface LoadRequest {
  path: string;
  headers: Record<string, string>;
  method?: Dispatcher.HttpMethod;
  body?: unknown;
}

/** A request of a load, and what came of it. Times are on the clock of `performance.now()`, in milliseconds. */
export interface Sample {
  request: LoadRequest;
  sentAt: number;
  endedAt: number;
  durationMs: number;
  /** 0 where there was no answer at all. */
  status: number;
  text: string;
}

/** The JSON of an answer. */
export const bodyOf = (sample: Sample) => JSON.parse(sample.text) as Record<string, never>;

/** The parts an answer says are missing, each with its reason: `user UNAVAILABLE`. */
export const missingIn = (sample: Sample): string[] =>
  ((bodyOf(sample)['degraded'] ?? []) as { part: string; reason: string }[]).map(
    ({ part, reason }) => `${part} ${reason}`,
  );

/** A 200 that says of no part that it is missing. */
export const isWhole = (sample: Sample): boolean => sample.status === 200 && missingIn(sample).length === 0;

/**
 * Requests at an even pace that does not wait for answers (an open loop), so that a gateway that stands still is not
 * asked less.
 */
export class Load {
  /** Every request that has ended. */
  readonly samples: Sample[] = [];
  private readonly startedAt = performance.now();
  private readonly pool: Pool;
  private readonly underWay = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private sent = 0;

  /**
   * @param next makes the request that is sent as the `index`th
   * @param own connections that are there already, and stay
   */
  constructor(
    url: string,
    perSecond: number,
    next: (index: number) => LoadRequest,
    private readonly own?: Pool,
  ) {
    this.pool = own ?? poolFor(url);
    this.timer = setInterval(() => {
      const due = ((performance.now() - this.startedAt) / 1000) * perSecond;
      while (this.sent < due) this.send(next(this.sent));
    }, 2);
  }

  /** Those that were sent in this time. */
  between(fromMs: number, toMs: number): Sample[] {
    return this.samples.filter(({ sentAt }) => sentAt >= fromMs && sentAt < toMs);
  }

  /** Sends no more. Resolves once all have been answered. */
  async stop(): Promise<Sample[]> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
    if (!this.own) await this.pool.destroy();
    return this.samples;
  }

  /** Sends no more, and waits for no answer: the test has failed. */
  async abandon(): Promise<void> {
    clearInterval(this.timer);
    await this.pool.destroy();
  }

  private send(request: LoadRequest): void {
    this.sent += 1;
    const pending = this.sendRequest(request).finally(() => this.underWay.delete(pending));
    this.underWay.add(pending);
  }

  private async sendRequest(request: LoadRequest): Promise<void> {
    const { path, method = 'GET', body } = request;
    const headers = { ...request.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    const sentAt = performance.now();
    const { status, text } = await this.pool
      .request({ path, method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
      .then(async (answer) => ({ status: answer.statusCode, text: await answer.body.text() }))
      .catch((error: unknown) => ({ status: 0, text: String(error) }));
    const endedAt = performance.now();
    this.samples.push({ request, sentAt, endedAt, durationMs: endedAt - sentAt, status, text });
  }
}

/** As many connections as a load may need. */
export const poolFor = (url: string): Pool =>
  new Pool(url, { connections: CONNECTIONS, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });

/** The value that 99 in 100 do not exceed. */
export function p99(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? NaN;
}

/** The 99th percentile of how long requests took, in milliseconds. */
export const p99Of = (samples: Sample[]): number => p99(samples.map(({ durationMs }) => durationMs));
