import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Spent } from './gcra.ts';
import { LimitStore } from './limit-store.ts';
import type { Limits, PolicyName } from '#gateway/declare/limited';
import { nameOfAddress, policiesOf, type Policy, type Rate } from './policies.ts';
import { type Reservation, reservation, type Taken } from './reservation.ts';

/** The counters of a policy. */
export interface Counts {
  accepted: number;
  limited: number;
  /** Cost reserved for accepted requests, plus what they used beyond that. A counter: it never decreases. */
  cost: number;
  /** Reserved cost that was given back. */
  refunded: number;
}

/**
 * The maximum jitter of `Retry-After`, as a part of the wait, so that refused callers do not return all at once.
 */
const JITTER = 0.2;

/** The policies of a handler, by kind of caller: logged in, with an API key, or anonymous. */
export interface LimitPlan {
  forCaller: readonly Policy[];
  forPartner: readonly Policy[];
  forAnybody: readonly Policy[];
}

/** The cost of a request, of whatever transport, and the policies that limit it. */
export interface CostPlan extends LimitPlan {
  cost: number;
  /** The part of the cost that is never given back. */
  minCost?: number;
}

/** A reply that takes headers. */
export interface HeaderTarget {
  headers(values: Record<string, string>): unknown;
}

function policiesFor({ forCaller, forPartner, forAnybody }: LimitPlan, { caller }: Context): readonly Policy[] {
  if (caller.apiKeyId !== undefined) return forPartner;
  return caller.id === undefined ? forAnybody : forCaller;
}

/** Limits the requests of every transport: REST, GraphQL and sockets. */
@Injectable()
export class Limiter {
  readonly policies: readonly Policy[];
  readonly counts = new Map<PolicyName, Counts>();
  private readonly isOn: boolean;

  constructor(
    config: Config,
    private readonly store: LimitStore,
  ) {
    this.isOn = config.RATE_LIMIT === 'on';
    this.policies = policiesOf(config);
    for (const { name } of this.policies) this.counts.set(name, { accepted: 0, limited: 0, cost: 0, refunded: 0 });
  }

  /** Uses changed rates from now on: the buckets, and the plans of handlers, stay. */
  apply(config: Config): void {
    const rates = new Map(policiesOf(config).map(({ name, limit, windowMs }) => [name, { limit, windowMs }]));
    for (const policy of this.policies) Object.assign(policy, rates.get(policy.name));
  }

  /** The policies for a handler with these limits, by kind of caller. */
  plan({ by = [], isFree }: Limits): LimitPlan {
    if (isFree || !this.isOn) return { forCaller: [], forPartner: [], forAnybody: [] };
    const those = (kind: Policy['appliesTo']) =>
      this.policies.filter(
        ({ name, appliesTo }) => appliesTo === kind || (appliesTo === 'named' && by.includes(name)),
      );
    return { forCaller: those('caller'), forPartner: those('partner'), forAnybody: those('anonymous') };
  }

  /**
   * Takes the cost of a request from the buckets of its caller, notes it on the context and sets the RateLimit headers.
   * @param reply undefined for a socket message, which has no headers
   * @returns undefined, or a promise if the buckets are in Redis
   * @throws {GatewayError} RATE_LIMITED
   */
  reserve(context: Context, plan: CostPlan, reply: HeaderTarget | undefined): Promise<void> | undefined {
    const policies = policiesFor(plan, context);
    if (!policies.length) return undefined;
    const reserved = this.take(context, policies, plan.cost);
    if (reserved instanceof Promise) return reserved.then((all) => admit(context, plan, reply, all));
    admit(context, plan, reply, reserved);
    return undefined;
  }

  /**
   * Takes a cost from the bucket of each policy, or from none if one of them has too little.
   * @returns the outcome for each policy; a promise only if the buckets are in Redis
   */
  take(context: Context, policies: readonly Policy[], cost: number): Reservation[] | Promise<Reservation[]> {
    const spendings = policies.map((policy) => {
      const own = policy.rateOf?.(context);
      return {
        key: `${policy.name}:${policy.keyOf(context)}`,
        cost,
        rate: own ? { ...policy, ...own } : policy,
      };
    });
    const reserved = (spent: readonly Spent[]) =>
      this.counted(spendings.map(({ key, rate }, at) => ({ policy: rate, key, cost, spent: spent[at]! })));
    const spent = this.store.spendAll(spendings);
    return spent instanceof Promise ? spent.then(reserved) : reserved(spent);
  }

  /**
   * Gives back reserved cost that was not used, and takes what was used beyond it, even if the bucket goes below
   * zero. Only the first call for a request counts.
   */
  settle(taken: Taken, cost: number): void {
    const { reserved, settledCost } = taken;
    if (!reserved || settledCost !== undefined) return;
    taken.settledCost = cost;
    for (const { policy, key, cost: estimated } of reserved) {
      if (cost === estimated) continue;
      const counts = this.counts.get(policy.name)!;
      counts.refunded += Math.max(0, estimated - cost);
      counts.cost += Math.max(0, cost - estimated);
      void this.store.settle(key, cost - estimated, policy);
    }
  }

  /** Takes what an answer cost beyond the reservation of its request. */
  settleAtLeast(taken: Taken, cost: number): void {
    if (cost > (taken.reserved?.[0]?.cost ?? Infinity)) this.settle(taken, cost);
  }

  /**
   * The state of the buckets of a caller, an API key or an address, without taking from them.
   * @param ofKey the key's own rate, if it has one
   */
  async peek(names: Partial<Record<'caller' | 'apiKey' | 'address', string>>, ofKey?: Rate) {
    const namesByPolicy: Record<string, string | undefined> = {
      login: names.address,
      anonymous: names.address,
      partner: names.apiKey,
    };
    const all = this.policies.map(async (one) => {
      const policy = one.appliesTo === 'partner' && ofKey ? { ...one, ...ofKey } : one;
      const anonymous = names.address === undefined ? undefined : nameOfAddress(names.address);
      const name = policy.name in namesByPolicy ? namesByPolicy[policy.name] : (names.caller ?? anonymous);
      if (name === undefined) return [];
      const { remaining, resetMs } = await this.store.spend(`${policy.name}:${name}`, 0, policy);
      return [
        {
          policy: policy.name,
          limit: policy.limit,
          windowMs: policy.windowMs,
          remaining,
          resetMs: Math.ceil(resetMs),
        },
      ];
    });
    return (await Promise.all(all)).flat();
  }

  private counted(all: Reservation[]): Reservation[] {
    const isRefused = all.some(({ spent }) => !spent.isAllowed);
    for (const { policy, cost, spent } of all) {
      const counts = this.counts.get(policy.name)!;
      if (!spent.isAllowed) counts.limited += 1;
      else if (!isRefused) {
        counts.accepted += 1;
        counts.cost += cost;
      }
    }
    return all;
  }
}

function admit(
  context: Context,
  { minCost }: CostPlan,
  reply: HeaderTarget | undefined,
  reserved: readonly Reservation[],
): void {
  const refusal = refusalOf(reserved);
  if (refusal) throw refusal;
  const taken = reservation.of(context);
  taken.reserved = reserved;
  taken.minCost = minCost;
  void reply?.headers(rateHeaders(reserved));
}

/**
 * The error RATE_LIMITED if a policy has refused; undefined otherwise. It has `Retry-After`, except for a cost above what a full
 * bucket has: no wait would help.
 */
export function refusalOf(all: readonly Reservation[]): GatewayError | undefined {
  const refused = all.filter(({ spent }) => !spent.isAllowed);
  if (!refused.length) return undefined;
  const never = refused.find(({ policy, cost }) => cost > policy.limit);
  if (never) return tooCostly(never, all);
  const waitMs = Math.max(...refused.map(({ spent }) => spent.retryMs));
  const seconds = Math.ceil((waitMs * (1 + Math.random() * JITTER)) / 1000) || 1;
  const policy = refused.map(({ policy: { name } }) => name).join(', ');
  return new GatewayError('RATE_LIMITED', {
    detail: `Too many requests (${policy}): try again in ${seconds} s.`,
    source: 'rate-limit',
    limit: { policy, cost: refused[0]!.cost },
    headers: rateHeaders(all),
    retryAfterMs: seconds * 1000,
  });
}

const tooCostly = (
  { policy: { name, limit, appliesTo }, cost }: Reservation,
  all: readonly Reservation[],
): GatewayError =>
  new GatewayError('RATE_LIMITED', {
    detail: `The request costs ${cost}, more than may be spent at once (${name}: ${limit}): it cannot pass ${appliesTo === 'anonymous' ? 'without a login' : 'later either'}.`,
    source: 'rate-limit',
    limit: { policy: name, cost },
    headers: rateHeaders(all),
  });

/** The headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11). */
export function rateHeaders(all: readonly Reservation[]): Record<string, string> {
  const item = ({ policy: { name } }: Reservation, rest: string) => `"${name}";${rest}`;
  return {
    'ratelimit-policy': all
      .map((one) => item(one, `q=${one.policy.limit};w=${Math.ceil(one.policy.windowMs / 1000)}`))
      .join(', '),
    ratelimit: all
      .map((one) => item(one, `r=${one.spent.remaining};t=${Math.ceil(one.spent.resetMs / 1000)}`))
      .join(', '),
  };
}
