import { Executor } from '#gateway/transports/graphql/execute/executor';
import type { GraphqlOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import { CallCounts, PendingCalls } from '#gateway/transports/usage/call-counts';
import { OTHER } from '#gateway/transports/usage/client-name';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { DescribedOperations } from './described-operations.ts';

/** Counts calls of GraphQL operations: two look-ups a call. The fields of an operation are read once. */
@Injectable()
export class OperationCalls {
  private readonly described = new DescribedOperations();
  private readonly known = new WeakMap<GraphqlOperation, PendingCalls>();
  /** What ad-hoc operations count as beyond those that are described. */
  private readonly others = new PendingCalls({ sha256: OTHER, name: OTHER, isPersisted: false, coordinates: [] });

  constructor(
    private readonly executor: Executor,
    private readonly counts: CallCounts,
  ) {}

  /** Counts a call of a valid operation. @param isGone whether it was refused, since the operation has ended */
  count(context: Context, operation: GraphqlOperation, isGone = false): void {
    if (!this.counts.isOn) return;
    this.counts.count(this.known.get(operation) ?? this.begin(operation), context, isGone);
  }

  private begin(operation: GraphqlOperation): PendingCalls {
    if (!operation.isPersisted && !this.counts.takePlace()) return this.others;
    const calls = new PendingCalls(this.described.describe(operation, this.executor.schema));
    this.known.set(operation, calls);
    return calls;
  }
}
