import { SoftTimeout } from '#libs/cache';
import { catalogue, type ErrorCode, GatewayError } from '#libs/errors';
import {
  type Attempt,
  type Call,
  Context,
  Latencies,
  type TryRecord,
  Upstream,
  type UpstreamSettings,
  upstreamSettings,
  withPoliciesOfCalls,
} from '#libs/upstream';
import { addLatency, type Figures, type MethodFigures, noFigures } from './figures.ts';
import { countTry, isFailure, pastOf } from './past.ts';
import { type Recording, TryFlag } from './recording.ts';
import { has, type Response, Responses } from './responses.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** The policies to rehearse. */
export interface Candidate {
  /** Settings by upstream; defaults for others. */
  settings: Readonly<Record<string, UpstreamSettings>>;
  /** The request timeout if the client does not lower it, in milliseconds. */
  requestTimeoutMs: number;
}

/** The request that made a recorded call. */
class RecordedRequest extends Context {
  constructor(
    timeoutMs: number,
    private readonly shared: number,
  ) {
    super({ log: { requestId: 'rehearsal' }, timeoutMs });
  }

  override get weight(): number {
    return this.shared;
  }
}

/** A method of an upstream with the candidate's policies. */
interface Method {
  call: Call<number, void>;
  figures: Figures;
  responses: Responses;
  softTimeout: SoftTimeout;
}

/**
 * Makes the recorded calls again, at their times, with other policies: the same code as for requests, on a virtual clock,
 * which must be installed. Upstreams respond as they did then.
 */
export async function simulate(
  recording: Recording,
  { settings, requestTimeoutMs }: Candidate,
  clock: VirtualClock,
  random: () => number,
): Promise<MethodFigures[]> {
  const { methods, calls } = recording;
  const order = [...calls.startedAt.keys()].sort((a, b) => calls.startedAt[a]! - calls.startedAt[b]!);
  const upstreams = new Map<string, Upstream>();
  const upstreamOf = (name: string) => {
    const known = upstreams.get(name);
    if (known) return known;
    const made = new Upstream(name, settings[name] ?? upstreamSettings.parse({}), requestTimeoutMs);
    upstreams.set(name, made);
    return made;
  };

  const simulated = methods.map(({ upstream, method, isSafe, isIdempotent }, index): Method => {
    const figures = noFigures();
    const responses = new Responses(
      recording,
      index,
      order.filter((row) => calls.method[row] === index),
      random,
    );
    const wire = (attempt: Attempt, row: number) => {
      const isFirst = attempt.number === 1 && !attempt.isHedge;
      return arrival(clock, attempt, isFirst ? responses.first(row, clock.now) : responses.another(clock.now));
    };
    const info = { upstream, method, isSafe, isIdempotent, scope: 'caller', latencies: new Latencies() } as const;
    const onTry = (one: TryRecord, error?: unknown) => countTry(figures.counts, one.outcome, flagsOf(one, error));
    const call = withPoliciesOfCalls(wire, info, upstreamOf(upstream), onTry);
    return { call, figures, responses, softTimeout: new SoftTimeout() };
  });

  const begin = (place: number): void => {
    const row = order[place];
    if (row === undefined) return;
    clock.at(calls.startedAt[row]!, () => {
      begin(place + 1);
      void repeat(recording, row, simulated[calls.method[row]!]!, clock);
    });
  };
  begin(0);
  await clock.run();

  const past = pastOf(recording);
  return methods.map(({ upstream, method }, index) => {
    const { figures, responses } = simulated[index]!;
    figures.counts.opened = upstreamOf(upstream).breaker(method).timesOpened;
    return { upstream, method, was: past[index]!, would: figures, unmeasured: responses.unmeasured };
  });
}

/** Makes a recorded call again. */
async function repeat(recording: Recording, row: number, method: Method, clock: VirtualClock): Promise<void> {
  const { calls, outcomes } = recording;
  const { call, figures, softTimeout } = method;
  const request = new RecordedRequest(calls.remainingMs[row]!, calls.weight[row]!);
  if (outcomes[calls.outcome[row]!] === 'CANCELLED')
    clock.at(clock.now + calls.durationMs[row]!, () => request.end('client'));
  const hasStale = !Number.isNaN(calls.staleAfterMs[row]!);
  const startedAt = clock.now;
  let lateAt: number | undefined;
  const stop = softTimeout.start(() => (lateAt = clock.now));
  let hasFailed = false;
  try {
    await call(request, row);
    softTimeout.answered(startedAt);
  } catch (error) {
    hasFailed = request.endedBy !== 'client' && isFailure(error instanceof GatewayError ? error.code : 'INTERNAL');
    if (!request.endedBy) softTimeout.failed(error);
  } finally {
    stop();
    request.settle();
  }
  const isLate = hasStale && lateAt !== undefined;
  figures.counts.calls += 1;
  if (hasFailed) figures.counts.failed += 1;
  if (isLate || (hasStale && hasFailed)) figures.counts.servedStale += 1;
  addLatency(figures, (isLate ? lateAt! : clock.now) - startedAt);
}

/** The response, when it arrives; undefined for one that never does. @throws its error, or the reason of the try's end */
function arrival(clock: VirtualClock, attempt: Attempt, response: Response | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopListening = attempt.onEnd(() => {
      if (due) due.run = undefined;
      reject(attempt.reason);
    });
    const due =
      response &&
      clock.at(clock.now + response.afterMs, () => {
        stopListening();
        if (response.outcome === 'OK') resolve();
        else reject(errorOf(response));
      });
  });
}

function errorOf({ outcome, flags, retryAfterMs }: Response): GatewayError {
  // Codes of features are not known in this thread; they are refusals.
  return new GatewayError(outcome in catalogue ? (outcome as ErrorCode) : 'CONFLICT', {
    isUpstreamFault: has(flags, TryFlag.isUpstreamFault),
    ...(has(flags, TryFlag.isTransient) && {
      transient: { isUnsent: has(flags, TryFlag.isUnsent), ...(retryAfterMs > 0 && { retryAfterMs }) },
    }),
  });
}

const flagsOf = ({ isHedge, number }: TryRecord, error: unknown): number =>
  (isHedge ? TryFlag.isHedge : 0) |
  (number > 1 ? TryFlag.isRetry : 0) |
  (error instanceof GatewayError && error.source === 'bulkhead' ? TryFlag.isShed : 0);
