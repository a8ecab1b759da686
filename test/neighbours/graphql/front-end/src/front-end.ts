/** The gateway to ask, and who asks. */
export interface At {
  url: string;
  token?: string;
}

/** What a client hands to the app that uses it. */
export interface Result {
  data: unknown;
  error: ResultError | null;
}

/** What a client says of a failure, as far as it says it. */
export interface ResultError {
  /** The class of the error. */
  kind: string;
  /** `extensions.code` of the first error of the answer, or `code` of a problem. */
  code?: unknown;
  /** The status of the response, where the client tells it. */
  status?: unknown;
  /** Seconds to wait: from `Retry-After`, or from the error's extensions. */
  retryAfter?: unknown;
}

/** What every front end can be asked to do. Those it cannot do by itself are left out. */
export interface FrontEnd {
  /** A query with variables. */
  product(given: At & { id: string }): Promise<unknown>;
  /** A mutation that answers with a union. */
  placeOrder(given: At & { productId: string; quantity: number }): Promise<unknown>;
  /** Logs in, and asks who that is. */
  logIn(given: At & { email: string; password: string }): Promise<unknown>;
  /** A page of several parts, with the error policy that the client has by default. */
  front(given: At): Promise<Result>;
  /** The same where the client is told to give both: what there is, and what failed. */
  frontWhole?(given: At): Promise<Result>;
  /** The same query twice, by its hash. */
  hashed?(given: At): Promise<unknown>;
  /** A query by GET, where that is a setting or the default. */
  byGet?(given: At): Promise<unknown>;
  /** An operation by the id that the gateway knows it by. */
  trusted?(given: At): Promise<unknown>;
  /** The statuses of an order until it can move no further. */
  follow?(given: At & { orderId: string; over: 'ws' | 'sse' }): Promise<string[]>;
  /** Follows an order without anything that is made for subscriptions. */
  followPlainly?(given: At & { orderId: string }): Promise<Result>;
  /** Follows an order over a WebSocket that is opened with a token that has expired first. */
  followRenewed?(given: At & { orderId: string; expired: string }): Promise<string[]>;
  /** Two queries in one request. */
  batched?(given: At): Promise<Result>;
  /** Asks, and leaves as soon as `leave` is asked for. */
  begin(given: At): Promise<unknown>;
  leave(): Promise<unknown>;
  /** Two pages of orders, as the cache shows them together. */
  pages?(given: At & { count: number }): Promise<{ ids: string[]; hasNext: boolean }>;
  /** An object again, by its id alone. */
  refetch?(given: At & { id: string }): Promise<unknown>;
  /** Renames the caller; resolves to what the cache shows without another query. */
  rename?(given: At & { name: string }): Promise<{ before: string; after: string }>;
  /** Two selections of an object without id, one after the other: what the cache says, and whether it kept the first. */
  embedded?(given: At & { isConfigured: boolean }): Promise<{ warnings: string[]; kept: boolean }>;
  /** Asks with a token that has expired, refreshes it, and asks again. */
  renew?(given: At & { refreshToken: string }): Promise<unknown>;
  /** Asks more often than it may. */
  limited(given: At): Promise<Result>;
  /** A file among the variables. */
  upload(given: At): Promise<Result>;
}

/** What is written to the console meanwhile. */
export async function warningsOf(work: () => Promise<void>): Promise<string[]> {
  const warnings: string[] = [];
  const { warn, error } = console;
  console.warn = console.error = (...parts: unknown[]) => void warnings.push(parts.join(' '));
  try {
    await work();
  } finally {
    Object.assign(console, { warn, error });
  }
  return warnings;
}

/** Answers the process that started this one. */
export function serve(frontEnd: FrontEnd): void {
  process.on('message', async ({ id, method, given }: { id: number; method: keyof FrontEnd; given: never }) => {
    try {
      process.send!({ id, answer: await frontEnd[method]!(given) });
    } catch (error) {
      process.send!({ id, failure: error instanceof Error ? error.stack : String(error) });
    }
  });
  process.send!({ ready: true });
}

export const bearer = (token: string | undefined): Record<string, string> =>
  token ? { authorization: `Bearer ${token}` } : {};
