import { Config } from '#gateway/config/config';
import { DEPRECATED, type Deprecation, deprecationHeaders, joinedDeprecation } from '#gateway/declare/deprecated';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { type Limits, LIMITS } from '#gateway/declare/limited';
import { objectsOf, unitsOf } from '#gateway/edge/limits/object-cost';
import { type CostPlan, type HeaderTarget, Limiter } from '#gateway/edge/limits/limiter';
import { reservation } from '#gateway/edge/limits/reservation';
import { Injectable } from '@nestjs/common';
import type { Context } from '#libs/upstream';
import type { ParsedOperation } from '#gateway/transports/graphql/operation/graphql-operation';
import type { ExecutionResult, OperationDefinitionNode } from 'graphql';
import { sizeCheck } from './check-size.ts';
import { objectCounter } from './count-objects.ts';
import { WEIGHTS } from './list-sizes.ts';
import { measure, type Size } from './measure.ts';

/** Where announced ends go: to the headers of a reply, or elsewhere where there are none. */
interface AnnouncementTarget extends HeaderTarget {
  announce?(deprecation: Deprecation): void;
}

function announce(deprecation: Deprecation, reply: AnnouncementTarget): void {
  if (reply.announce) reply.announce(deprecation);
  else void reply.headers(deprecationHeaders(deprecation));
}

/** The size, cost and limits of an operation. */
interface OperationPlan extends CostPlan {
  size: Size;
  /** The cost of its use cases, as in REST. */
  minCost: number;
  /** The estimated cost: that of its use cases or of its objects, whichever is larger. */
  cost: number;
  deprecations: Deprecation[];
}

/** Reserves the estimated cost of a GraphQL operation, in units of REST requests, before it runs, and settles the actual cost after. */
@Injectable()
export class Reserve {
  /** The plans of operations without variables, which are the same each time. */
  private readonly plans = new WeakMap<OperationDefinitionNode, OperationPlan>();
  private readonly counters = new WeakMap<OperationDefinitionNode, (data: object) => number>();
  private readonly check: ReturnType<typeof sizeCheck>;

  constructor(
    private readonly executor: Executor,
    private readonly limiter: Limiter,
    config: Config,
  ) {
    this.check = sizeCheck(config);
  }

  /**
   * Reserves the estimated cost of an operation and sets the RateLimit headers. Synchronous unless Redis is used.
   * @param isPersisted whether it may use introspection; its size is checked all the same, since it depends on variables
   * @throws {GatewayError} GRAPHQL_* for an operation beyond a size limit; RATE_LIMITED
   */
  take(
    operation: ParsedOperation,
    variables: unknown,
    isPersisted: boolean,
    context: Context,
    reply: AnnouncementTarget,
  ): Promise<void> | undefined {
    const plan = this.planOf(operation, variables);
    const { size, deprecations } = plan;
    this.check(isPersisted ? { ...size, selectsSchema: false } : size);
    const deprecation = joinedDeprecation([
      ...deprecations,
      ...(operation.retirement ? [operation.retirement] : []),
    ]);
    if (deprecation) announce(deprecation, reply);
    return this.limiter.reserve(context, plan, reply);
  }

  /**
   * Settles a reservation with the actual cost: that of the response's objects, or of the use cases if they cost more. Only the
   * first call counts.
   */
  settle(context: Context, { data }: Pick<ExecutionResult, 'data'>, operation: ParsedOperation | undefined): void {
    const { reserved, settledCost } = reservation.of(context);
    if (reserved && settledCost === undefined)
      this.settleObjects(context, operation && data ? this.counterOf(operation)(data) : 0);
  }

  /** Settles a reservation with the cost of the given number of objects. */
  settleObjects(context: Context, objects: number): void {
    const taken = reservation.of(context);
    if (!taken.reserved) return;
    const cost = Math.max(taken.minCost ?? 1, unitsOf(objects * WEIGHTS.object));
    this.limiter.settle(taken, cost);
  }

  private counterOf({ document, node }: ParsedOperation): (data: object) => number {
    let counter = this.counters.get(node);
    if (!counter) this.counters.set(node, (counter = objectCounter(document, node)));
    return counter;
  }

  private planOf({ document, node }: ParsedOperation, variables: unknown): OperationPlan {
    const known = this.plans.get(node);
    if (known) return known;
    const given = typeof variables === 'object' && variables !== null ? variables : {};
    const size = measure(this.executor.schema, document, node, given as Record<string, unknown>);
    const fields = this.executor.schema.getRootType(node.operation)?.getFields() ?? {};
    const extensionsOf = <T>(key: string) =>
      [...new Set(size.runs.values())].flatMap((name) => (fields[name]?.extensions[key] as T | undefined) ?? []);
    let minCost = 0;
    for (const name of size.runs.values())
      if (fields[name]) minCost += (fields[name].extensions[LIMITS] as Limits | undefined)?.cost ?? 1;
    const plan = {
      size: { ...size, cost: Math.max(size.cost, objectsOf(minCost)) },
      minCost,
      cost: Math.max(minCost, unitsOf(size.cost)),
      deprecations: extensionsOf<Deprecation>(DEPRECATED),
      ...this.limiter.plan({ by: extensionsOf<Limits>(LIMITS).flatMap(({ by }) => by ?? []) }),
    };
    if (!node.variableDefinitions?.length) this.plans.set(node, plan);
    return plan;
  }
}
