import { GatewayError } from '#libs/errors';
import type { CallInfo, CallRecord, TryRecord } from '#libs/upstream';
import { ColumnLog } from './column-log.ts';
import { CALL_COLUMNS, type Recording, type RecordedMethod, TRY_COLUMNS, TryFlag } from './recording.ts';

/** Limits of a call log. */
export interface CallLogOptions {
  /** How long calls are kept, in minutes. */
  minutes: number;
  /** The most memory that the records take, in bytes. */
  maxBytes: number;
}

/** Half of the memory each: most calls have one try. */
const SHARE = 0.5;
const MAX_UINT8 = 255;
const MAX_UINT16 = 65_535;

/** The timings and outcomes of the calls of the last minutes, in bounded memory; questions and answers are not kept. */
export class CallLog {
  private readonly calls: ColumnLog<typeof CALL_COLUMNS>;
  private readonly tries: ColumnLog<typeof TRY_COLUMNS>;
  private readonly methods: RecordedMethod[] = [];
  private readonly timesOpened: number[] = [];
  private readonly indexes = new Map<string, Map<string, number>>();
  private readonly outcomes = new Map<string, number>();

  constructor({ minutes, maxBytes }: CallLogOptions) {
    const keepMs = minutes * 60_000;
    this.calls = new ColumnLog(CALL_COLUMNS, keepMs, SHARE * maxBytes);
    this.tries = new ColumnLog(TRY_COLUMNS, keepMs, SHARE * maxBytes);
  }

  /** The memory of the records, in bytes. */
  get bytes(): number {
    return this.calls.bytes + this.tries.bytes;
  }

  /** Records an ended call. */
  readonly addCall = (call: CallRecord): void => {
    const method = this.indexOf(call.info.upstream, call.info.method, call.info);
    const { columns, row } = this.calls.add(call.startedAt + call.durationMs);
    columns.startedAt[row] = call.startedAt;
    columns.durationMs[row] = call.durationMs;
    columns.remainingMs[row] = call.remainingMs;
    columns.staleAfterMs[row] = call.staleAfterMs ?? NaN;
    columns.method[row] = method;
    columns.weight[row] = Math.min(MAX_UINT16, call.weight);
    columns.outcome[row] = this.outcomeIndex(call.outcome);
    columns.opened[row] = Math.min(MAX_UINT8, call.timesOpened - this.timesOpened[method]!);
    this.timesOpened[method] = call.timesOpened;
  };

  /** Records a try that ended now, with its error if it failed. */
  readonly addTry = (one: TryRecord, error?: unknown, now = performance.now()): void => {
    const { columns, row } = this.tries.add(now);
    columns.startedAt[row] = now - one.durationMs;
    columns.queueMs[row] = one.queueMs;
    columns.durationMs[row] = one.durationMs - one.queueMs;
    columns.retryAfterMs[row] = error instanceof GatewayError ? (error.transient?.retryAfterMs ?? 0) : 0;
    columns.method[row] = this.indexOf(one.upstream, one.method);
    columns.outcome[row] = this.outcomeIndex(one.outcome);
    columns.flags[row] = flagsOf(one, error);
  };

  /** A copy of what is kept. */
  recording(): Recording {
    const now = performance.now();
    return {
      methods: this.methods.map((method) => ({ ...method })),
      outcomes: [...this.outcomes.keys()],
      calls: this.calls.copy(now),
      tries: this.tries.copy(now),
    };
  }

  private indexOf(upstream: string, method: string, traits?: CallInfo): number {
    let ofUpstream = this.indexes.get(upstream);
    if (!ofUpstream) this.indexes.set(upstream, (ofUpstream = new Map()));
    let index = ofUpstream.get(method);
    if (index === undefined) {
      ofUpstream.set(method, (index = this.methods.length));
      // A try ends before its call, which knows the traits.
      this.methods.push({ upstream, method, isSafe: false, isIdempotent: false });
      this.timesOpened.push(0);
    }
    if (traits) {
      this.methods[index]!.isSafe = traits.isSafe;
      this.methods[index]!.isIdempotent = traits.isIdempotent;
    }
    return index;
  }

  private outcomeIndex(outcome: string): number {
    let index = this.outcomes.get(outcome);
    if (index === undefined) this.outcomes.set(outcome, (index = this.outcomes.size));
    return index;
  }
}

function flagsOf({ isHedge, number, outcome, durationMs, queueMs }: TryRecord, error: unknown): number {
  let flags = (isHedge ? TryFlag.isHedge : 0) | (number > 1 ? TryFlag.isRetry : 0);
  const failure = error instanceof GatewayError ? error : undefined;
  const isShed = failure?.source === 'bulkhead';
  if (isShed) flags |= TryFlag.isShed;
  // One that waited to its end was never sent.
  const waited = queueMs > 0 && durationMs - queueMs < 1 && outcome !== 'OK';
  if (!isShed && !waited && failure?.source !== 'breaker') flags |= TryFlag.isSent;
  if (failure?.transient) flags |= TryFlag.isTransient;
  if (failure?.transient?.isUnsent) flags |= TryFlag.isUnsent;
  if (failure?.isUpstreamFault) flags |= TryFlag.isUpstreamFault;
  return flags;
}
