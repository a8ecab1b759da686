import { Config } from '#gateway/config/config';
import { DEPRECATED, type Deprecation, deprecationHeaders } from '#gateway/declare/deprecated';
import { Compiled } from '#gateway/transports/graphql/execute/compiled';
import { type Limits, LIMITS } from '#gateway/declare/limited';
import { objectsOf, unitsOf } from '#gateway/edge/limits/object-cost';
import { Limiter, policiesFor, rateHeaders, refusalOf, type Reserved } from '#gateway/edge/limits/limiter';
import { reservation } from '#gateway/edge/limits/reservation';
import { Injectable } from '@nestjs/common';
import type { Context } from '#libs/upstream';
import type { Operation } from '#gateway/transports/graphql/operation/prepared-operation';
import type { ExecutionResult, OperationDefinitionNode } from 'graphql';
import { sizeCheck } from './check-size.ts';
import { objectCounter } from './count-objects.ts';
import { WEIGHTS } from './list-sizes.ts';
import { measure, type Size } from './measure.ts';

/** A reply that takes headers. */
type Tellable = { headers(values: Record<string, string>): unknown };

/** The size, cost and limits of an operation. */
interface Plan {
  size: Size;
  /** The cost of its use cases, as in REST. */
  least: number;
  /** The estimated cost: that of its use cases or of its objects, whichever is larger. */
  cost: number;
  deprecations: Record<string, string>[];
  policies: ReturnType<Limiter['plan']>;
}

/** Reserves the estimated cost of a GraphQL operation, in units of REST requests, before it runs, and settles the actual cost after. */
@Injectable()
export class Reserve {
  /** The plans of operations without variables, which are the same each time. */
  private readonly plans = new WeakMap<OperationDefinitionNode, Plan>();
  private readonly counters = new WeakMap<OperationDefinitionNode, (data: object) => number>();
  /** The minimum cost of a reservation, which is never refunded. */
  private readonly least = new WeakMap<readonly Reserved[], number>();
  private readonly check: ReturnType<typeof sizeCheck>;

  constructor(
    private readonly compiled: Compiled,
    private readonly limiter: Limiter,
    config: Config,
  ) {
    this.check = sizeCheck(config);
  }

  /**
   * Reserves the estimated cost of an operation and sets the RateLimit headers. Synchronous unless Redis is used.
   * @param isTrusted whether it may use introspection; its size is checked all the same, since it depends on variables
   * @throws {GatewayError} GRAPHQL_* for an operation beyond a size limit; RATE_LIMITED
   */
  take(
    operation: Operation,
    variables: unknown,
    isTrusted: boolean,
    context: Context,
    reply: Tellable,
  ): Promise<void> | undefined {
    const { size, least, cost, deprecations, policies } = this.planOf(operation, variables);
    this.check(isTrusted ? { ...size, asksForSchema: false } : size);
    for (const headers of deprecations) void reply.headers(headers);
    const its = policiesFor(policies, context);
    if (!its.length) return undefined;
    const decide = (all: readonly Reserved[]) => {
      const refusal = refusalOf(all);
      if (refusal) throw refusal;
      reservation.of(context).reserved = all;
      this.least.set(all, least);
      void reply.headers(rateHeaders(all));
    };
    const reserved = this.limiter.take(context, its, cost);
    if (reserved instanceof Promise) return reserved.then(decide);
    decide(reserved);
    return undefined;
  }

  /**
   * Settles a reservation with the actual cost: that of the response's objects, or of the use cases if they cost more. Only the
   * first call counts.
   */
  settle(context: Context, { data }: Pick<ExecutionResult, 'data'>, operation: Operation | undefined): void {
    if (reservation.of(context).reserved)
      this.settleObjects(context, operation && data ? this.counterOf(operation)(data) : 0);
  }

  /** Settles a reservation with the cost of the given number of objects. */
  settleObjects(context: Context, objects: number): void {
    const taken = reservation.of(context);
    const { reserved } = taken;
    if (!reserved) return;
    taken.reserved = undefined;
    const cost = Math.max(this.least.get(reserved) ?? 1, unitsOf(objects * WEIGHTS.object));
    this.limiter.settle(reserved, cost);
  }

  private counterOf({ document, node }: Operation): (data: object) => number {
    let counter = this.counters.get(node);
    if (!counter) this.counters.set(node, (counter = objectCounter(document, node)));
    return counter;
  }

  private planOf({ document, node }: Operation, variables: unknown): Plan {
    const known = this.plans.get(node);
    if (known) return known;
    const given = typeof variables === 'object' && variables !== null ? variables : {};
    const size = measure(this.compiled.schema, document, node, given as Record<string, unknown>);
    const fields = this.compiled.schema.getRootType(node.operation)?.getFields() ?? {};
    const saying = <T>(key: string) =>
      [...new Set(size.runs.values())].flatMap((name) => (fields[name]?.extensions[key] as T | undefined) ?? []);
    let least = 0;
    for (const name of size.runs.values())
      if (fields[name]) least += (fields[name].extensions[LIMITS] as Limits | undefined)?.cost ?? 1;
    const plan = {
      size: { ...size, cost: Math.max(size.cost, objectsOf(least)) },
      least,
      cost: Math.max(least, unitsOf(size.cost)),
      deprecations: saying<Deprecation>(DEPRECATED).map(deprecationHeaders),
      policies: this.limiter.plan({ by: saying<Limits>(LIMITS).flatMap(({ by }) => by ?? []) }),
    };
    if (!node.variableDefinitions?.length) this.plans.set(node, plan);
    return plan;
  }
}
