import type { GraphQLSchema } from 'graphql';
import { mannerOf } from './answers.ts';
import { type Actual, actualOf, estimateOf } from './costs.ts';
import type { GraphqlRequest } from './documents.ts';
import { FuzzedGateway } from './fuzzed-gateway.ts';
import type { Outcome } from './outcome.ts';
import { type Reference, referenceOf } from './reference.ts';
import { type Way, waysTo } from './ways.ts';

/** As often as each document comes. */
const TIMES = 8;

/** An answer that is another than graphql-js's, or a charge that is too low. */
export interface Difference {
  way: string;
  /** Which time the document came, from 1 on. */
  time: number;
  expected: unknown;
  got: unknown;
}

/** A document with its variables, and what graphql-js makes of it. */
interface Variant {
  operation: GraphqlRequest;
  reference: Reference;
  actual: Actual;
  /** The root fields that graphql-js resolves, each with its arguments. */
  calls: readonly string[];
  /** What the first way has charged for it. */
  charged?: number;
}

/** Gateways whose root fields answer by a seed, and graphql-js's own execution of the same. */
export class Differential {
  private constructor(
    private readonly gateway: FuzzedGateway,
    private readonly production: FuzzedGateway,
    readonly ways: readonly Way[],
  ) {}

  static async open(): Promise<Differential> {
    const gateway = await FuzzedGateway.open();
    const production = await FuzzedGateway.open({ NODE_ENV: 'production' });
    return new Differential(gateway, production, waysTo(gateway, production));
  }

  get schema(): GraphQLSchema {
    return this.gateway.schema;
  }

  async close(): Promise<void> {
    for (const way of this.ways) await way.close?.();
    await this.gateway.close();
    await this.production.close();
  }

  /** The first answer that is another than graphql-js's; undefined for none. */
  async differenceIn(
    operation: GraphqlRequest,
    seed: string,
    ways: readonly Way[],
  ): Promise<Difference | undefined> {
    const variants = [
      await this.variantOf(operation, seed),
      await this.variantOf({ ...operation, variables: otherwise(operation.variables) }, seed),
    ];
    for (const variant of variants) {
      const difference = this.tooLowEstimate(variant);
      if (difference) return difference;
    }
    for (const way of ways) {
      const [{ reference }] = variants as [Variant, Variant];
      if (!variants.every((one) => way.takes(one.operation, one.reference))) continue;
      way.begin?.(operation, reference);
      for (let time = 0; time < TIMES; time += 1) {
        const difference = await this.differenceOf(way, variants[time % variants.length]!, time);
        if (difference) return { ...difference, way: way.name, time: time + 1 };
      }
    }
    return undefined;
  }

  async variantOf(operation: GraphqlRequest, seed: string): Promise<Variant> {
    this.gateway.seed = seed;
    this.production.seed = seed;
    this.gateway.calls = [];
    const reference = await referenceOf(this.schema, operation);
    return {
      operation,
      reference,
      actual: actualOf(this.schema, operation.kind, this.gateway.calls, reference.data),
      calls: this.calls(),
    };
  }

  /** The root fields that were resolved since the last time, in the same order whoever resolved them. */
  private calls(): string[] {
    const all = this.gateway.calls.map((call) => JSON.stringify(call)).sort();
    this.gateway.calls = [];
    return all;
  }

  private async differenceOf(way: Way, variant: Variant, time: number) {
    const { operation, reference, actual } = variant;
    const before = this.gateway.charged;
    this.gateway.calls = [];
    const got = await way.send(operation, time);
    const expected = way.expected(reference, got);
    if (!isSame(got, expected)) return { expected, got };
    const calls = this.calls();
    if (way.name !== 'production' && calls.join() !== variant.calls.join())
      return { expected: { calls: variant.calls }, got: { calls } };
    if (operation.kind === 'subscription' || !way.isCharged(reference)) return undefined;
    const charged = this.gateway.charged - before;
    variant.charged ??= charged;
    if (charged >= actual.units && charged === variant.charged) return undefined;
    return { expected: { charged: variant.charged, atLeast: actual.units }, got: { charged } };
  }

  /**
   * What is estimated before a document runs is never less than what it turns out to be, as long as lists are no longer than they are
   * assumed to be.
   */
  private tooLowEstimate({ operation, reference, actual }: Variant): Difference | undefined {
    if (!reference.isValid || !reference.data || operation.kind === 'subscription') return undefined;
    const { page, cost } = estimateOf(this.schema, operation);
    const objects = mannerOf(this.gateway.seed).isLong ? 0 : actual.objects;
    if (page >= actual.page && cost >= objects) return undefined;
    return { way: 'estimate', time: 1, expected: { page: actual.page, cost: objects }, got: { page, cost } };
  }
}

const isSame = (one: Outcome, other: Outcome): boolean =>
  one.data === other.data &&
  one.errors.length === other.errors.length &&
  one.errors.every((error, index) => error === other.errors[index]);

/** Other values of the same variables: what was kept of the first must not decide on these. */
function otherwise(variables: GraphqlRequest['variables']): GraphqlRequest['variables'] {
  const other = (value: unknown) =>
    typeof value === 'boolean' ? !value : typeof value === 'number' ? value + 1 : value;
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, other(value)]));
}
