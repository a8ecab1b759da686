import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import {
  type Attempt,
  type CallInfo,
  type ClientOptions,
  Context,
  Latencies,
  type TryRecord,
  Upstream,
  upstreamSettings,
} from '#libs/upstream';

type Given = Parameters<typeof upstreamSettings.parse>[0];

/** An upstream with these settings, and the defaults for the rest. */
export const anUpstream = (settings: Given = {}): Upstream =>
  new Upstream('orders', upstreamSettings.parse(settings));

/** Tries once and takes what comes: what is tested is the wire. */
export const oneTry = {
  timeoutMs: 60_000,
  retry: { maxTries: 1 },
  hedge: { mode: 'off' },
  breaker: { mode: 'off' },
};

/** What a client is given, and every try it made. */
export function clientOptions(name: string, settings: Given = oneTry): ClientOptions & { tries: TryRecord[] } {
  const tries: TryRecord[] = [];
  const upstream = new Upstream(name, upstreamSettings.parse(settings));
  return {
    upstream,
    tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY),
    onTry: (one) => tries.push(one),
    tries,
  };
}

/** A read of orders, unless said otherwise. */
export const anInfo = (given: Partial<CallInfo> = {}): CallInfo => ({
  upstream: 'orders',
  method: 'ListOrders',
  isSafe: true,
  isIdempotent: true,
  scope: 'caller',
  latencies: new Latencies(),
  ...given,
});

/** The context of a request that may take a second. */
export const aRequest = (timeoutMs = 1_000): Context => new Context({ log: { requestId: 'r-1' }, timeoutMs });

/** A call that never ends by itself, but with its attempt; says which were started. */
export function hanging() {
  const started: Attempt[] = [];
  const call = (attempt: Attempt): Promise<never> => {
    started.push(attempt);
    return new Promise((_, reject) => attempt.onEnd(() => reject(attempt.reason)));
  };
  return { call, started };
}
