import { type Dispatcher, Pool, RoundRobinPool } from 'undici';

/** The maximum number of connections of a load. */
export const CONNECTIONS = 512;

/** A request of a load. */
export interface LoadRequest {
  path: string;
  headers: Record<string, string>;
  method?: Dispatcher.HttpMethod;
  body?: unknown;
}

/** A request of a load, and its result. Times are by `performance.now()`, in milliseconds. */
export interface Sample {
  request: LoadRequest;
  sentAt: number;
  endedAt: number;
  durationMs: number;
  /** 0 without a response. */
  status: number;
  text: string;
}

/** The JSON of a response. */
export const bodyOf = (sample: Sample) => JSON.parse(sample.text) as Record<string, never>;

/** The degraded parts of a response with their reasons: `user UNAVAILABLE`. */
export const missingIn = (sample: Sample): string[] =>
  ((bodyOf(sample)['degraded'] ?? []) as { part: string; reason: string }[]).map(
    ({ part, reason }) => `${part} ${reason}`,
  );

/** Whether it is a 200 without missing parts. */
export const isWhole = (sample: Sample): boolean => sample.status === 200 && missingIn(sample).length === 0;

/**
 * Requests at a constant rate, independent of responses (an open loop), so that a stalled gateway does not receive
 * fewer.
 */
export class Load {
  /** All completed requests. */
  readonly samples: Sample[] = [];
  private readonly startedAt = performance.now();
  private readonly pool: Dispatcher;
  private readonly underWay = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;
  private sent = 0;

  /**
   * @param next makes the request that is sent as the `index`th
   * @param own existing connections, which stay open
   */
  constructor(
    url: string,
    perSecond: number,
    next: (index: number) => LoadRequest,
    private readonly own?: Dispatcher,
  ) {
    this.pool = own ?? poolFor(url);
    this.timer = setInterval(() => {
      const due = ((performance.now() - this.startedAt) / 1000) * perSecond;
      while (this.sent < due) this.send(next(this.sent));
    }, 2);
  }

  /** The requests sent in an interval. */
  between(fromMs: number, toMs: number): Sample[] {
    return this.samples.filter(({ sentAt }) => sentAt >= fromMs && sentAt < toMs);
  }

  /** Stops sending. Resolves once all requests have completed. */
  async stop(): Promise<Sample[]> {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
    if (!this.own) await this.pool.destroy();
    return this.samples;
  }

  /** Stops sending without waiting for responses, after a failed test. */
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

/** Opens the maximum number of connections of a load. */
export const poolFor = (url: string): Pool =>
  new Pool(url, { connections: CONNECTIONS, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });

/**
 * A few connections that are used in turn, as those of a busy client. A server that ends can tell only a client that
 * sends: what is sent on an idle connection while it closes is lost over HTTP/1.1, and clients send it again (RFC 9112,
 * section 9.6). So a load that may lose nothing has no idle ones.
 */
export const poolInTurn = (url: string): RoundRobinPool =>
  new RoundRobinPool(url, { connections: 8, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });

/** The value that 99 in 100 do not exceed. */
export function p99(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? NaN;
}

/** The 99th percentile of request durations, in milliseconds. */
export const p99Of = (samples: Sample[]): number => p99(samples.map(({ durationMs }) => durationMs));

/**
 * The 99th percentile of the median second, in milliseconds. A collection of garbage takes a second of a load on two
 * cores, of whichever process it is, and comes in the healthy state too.
 */
export function medianP99Of(samples: Sample[]): number {
  const seconds = Map.groupBy(samples, ({ sentAt }) => Math.floor((sentAt - samples[0]!.sentAt) / 1000));
  const sorted = [...seconds.values()].map(p99Of).toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)]!;
}
