import { Config } from '#gateway/config/config';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { ClientNames } from './client-name.ts';
import type { Call } from './day-usage.ts';
import type { UsedOperation } from './used-operation.ts';

/** The most pairs of an operation and a client that are counted between two collections. */
const MAX_PAIRS = 1_000;
/**
 * The most operations that clients invent, ad-hoc documents and selections of fields, that are described between two
 * collections: a document takes a fifth of the time of its validation.
 */
const MAX_DESCRIBED = 300;
const GONE = '|gone';

/** The calls of an operation since the last collection, by the key of the client. */
export class PendingCalls extends Map<string, number> {
  constructor(readonly operation: UsedOperation) {
    super();
  }
}

/** Counts calls of operations by client until they are collected. */
@Injectable()
export class CallCounts {
  /** Called when there is much to collect. */
  onFull: (() => void) | undefined;
  /** Whether calls are counted. */
  readonly isOn: boolean;
  private readonly clients = new ClientNames();
  private called: PendingCalls[] = [];
  private pairs = 0;
  private described = 0;

  constructor({ USAGE_DAYS }: Config) {
    this.isOn = USAGE_DAYS > 0;
  }

  /** Counts a call. @param isGone whether it was refused, since the operation has ended */
  count(calls: PendingCalls, { client: { app } }: Context, isGone = false): void {
    const client = this.clients.keyOf(app);
    const key = isGone ? client + GONE : client;
    const before = calls.get(key);
    calls.set(key, (before ?? 0) + 1);
    if (before !== undefined) return;
    if (calls.size === 1) this.called.push(calls);
    this.pairs += 1;
    if (this.pairs >= MAX_PAIRS) this.onFull?.();
  }

  /** Takes one of the places for operations that clients invent. @returns whether there was one */
  takePlace(): boolean {
    this.described += 1;
    return this.described <= MAX_DESCRIBED;
  }

  /** The calls since the last collection. */
  collect(): Call[] {
    const all = this.called.flatMap((calls) => {
      const its = [...calls].map(([key, count]): Call => {
        const isGone = key.endsWith(GONE);
        const client = isGone ? key.slice(0, -GONE.length) : key;
        return { operation: calls.operation, client, isGone, calls: count };
      });
      calls.clear();
      return its;
    });
    this.called = [];
    this.pairs = 0;
    this.described = 0;
    return all;
  }
}
