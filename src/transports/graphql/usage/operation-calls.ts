import { Config } from '#gateway/config/config';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { ClientNames, OTHER } from './client-name.ts';
import type { Call } from './day-usage.ts';
import { type UsedOperation, UsedOperations } from './used-operation.ts';

/** The most pairs of an operation and a client that are counted between two collections. */
const MAX_PAIRS = 1_000;
/** The most ad-hoc operations that are described between two collections: it takes a fifth of the time of validation. */
const MAX_DESCRIBED = 300;
const GONE = '|gone';

/** What ad-hoc operations count as beyond that. */
const OTHERS: UsedOperation = { sha256: OTHER, name: OTHER, isPersisted: false, coordinates: [] };

/** The calls of an operation since the last collection. */
interface PendingCalls {
  operation: UsedOperation;
  /** By the key of the client. */
  calls: Map<string, number>;
}

/** Counts calls of operations by client until they are collected: two look-ups a call. The fields of an operation are read once. */
@Injectable()
export class OperationCalls {
  /** Called when there is much to collect. */
  onFull: (() => void) | undefined;
  private readonly isOn: boolean;
  private readonly clients = new ClientNames();
  private readonly described = new UsedOperations();
  private readonly known = new WeakMap<GraphqlOperation, PendingCalls>();
  private called: PendingCalls[] = [];
  private readonly others: PendingCalls = { operation: OTHERS, calls: new Map() };
  private pairs = 0;
  private adHoc = 0;

  constructor(
    private readonly executor: Executor,
    { USAGE_DAYS }: Config,
  ) {
    this.isOn = USAGE_DAYS > 0;
  }

  /** Counts a call of a valid operation. @param isGone whether it was refused, since the operation has ended */
  count({ client: { app } }: Context, operation: GraphqlOperation, isGone = false): void {
    if (!this.isOn) return;
    const counted = this.known.get(operation) ?? this.begin(operation);
    const { calls } = counted;
    const client = this.clients.keyOf(app);
    const key = isGone ? client + GONE : client;
    const before = calls.get(key);
    calls.set(key, (before ?? 0) + 1);
    if (before !== undefined) return;
    if (calls.size === 1) this.called.push(counted);
    this.pairs += 1;
    if (this.pairs >= MAX_PAIRS) this.onFull?.();
  }

  /** The calls since the last collection. */
  collect(): Call[] {
    const all = this.called.flatMap(({ operation, calls }) => {
      const its = [...calls].map(([key, count]): Call => {
        const isGone = key.endsWith(GONE);
        return { operation, client: isGone ? key.slice(0, -GONE.length) : key, isGone, calls: count };
      });
      calls.clear();
      return its;
    });
    this.called = [];
    this.pairs = 0;
    this.adHoc = 0;
    return all;
  }

  private begin(operation: GraphqlOperation): PendingCalls {
    if (!operation.isPersisted && this.adHoc++ >= MAX_DESCRIBED) return this.others;
    const counted = { operation: this.described.describe(operation, this.executor.schema), calls: new Map() };
    this.known.set(operation, counted);
    return counted;
  }
}
