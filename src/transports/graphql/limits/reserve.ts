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

/** What takes headers for a client. */
type Tellable = { headers(values: Record<string, string>): unknown };

/** What is known of an operation before it is asked with variables. */
interface Plan {
  size: Size;
  /** What its use cases cost, as they do in REST. */
  least: number;
  /** What it is estimated to cost: that, or its objects where they are more. */
  cost: number;
  deprecations: Record<string, string>[];
  policies: ReturnType<Limiter['plan']>;
}

/** What a GraphQL operation costs, in ordinary REST questions: taken from the caller's buckets before it runs, and settled when it has. */
@Injectable()
export class Reserve {
  /** Of operations without variables: they are the same each time. */
  private readonly plans = new WeakMap<OperationDefinitionNode, Plan>();
  private readonly counters = new WeakMap<OperationDefinitionNode, (data: object) => number>();
  /** What of a reservation is not given back. */
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
   * Takes what an operation is estimated to cost, and says so in headers. At once, unless Redis is asked.
   * @param isTrusted it was looked at when it was made; what its variables ask for was not
   * @throws {GatewayError} GRAPHQL_* for one that is too big, with what it has too much of; RATE_LIMITED
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
   * Settles what was reserved with what it turned out to be: the objects in the answer, or its use cases where those cost more. It
   * counts once, for whoever is the first to know.
   */
  settle(context: Context, { data }: Pick<ExecutionResult, 'data'>, operation: Operation | undefined): void {
    if (reservation.of(context).reserved)
      this.settleObjects(context, operation && data ? this.counterOf(operation)(data) : 0);
  }

  /** The same for a query that is known to have been answered with so many objects. */
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
