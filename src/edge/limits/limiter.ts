import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Spent } from './gcra.ts';
import { LimitStore } from './limit-store.ts';
import type { Limits, PolicyName } from '#gateway/declare/limited';
import { nameOfAddress, policiesOf, type Policy, type Rate } from './policies.ts';

/** What has been counted of a policy. */
export interface Counts {
  accepted: number;
  limited: number;
  /** What was reserved for what was let through, and what that needed beyond. It only grows, as a counter must. */
  cost: number;
  /** What of that was not needed. */
  refunded: number;
}

/** What was taken, so that it can be settled. */
export interface Reserved {
  policy: Policy;
  key: string;
  cost: number;
  spent: Spent;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request has reserved, to be settled once it is known what it needed. */
    reserved: readonly Reserved[] | undefined;
  }
}

/** Callers that are refused together come back apart: so much later at most, of the time they must wait. */
const JITTER = 0.2;

/** The policies that hold for something: for those who are logged in, for those with an API key, and for all others. */
export interface LimitPlan {
  forCaller: readonly Policy[];
  forPartner: readonly Policy[];
  forAnybody: readonly Policy[];
}

/** Those that hold for whoever asks. */
export function policiesFor(
  { forCaller, forPartner, forAnybody }: LimitPlan,
  { caller }: Context,
): readonly Policy[] {
  if (caller.apiKeyId !== undefined) return forPartner;
  return caller.id === undefined ? forAnybody : forCaller;
}

/** The one limiter of every door. */
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

  /** The policies that hold for what is limited so, by who asks. */
  plan({ by = [], isFree }: Limits): LimitPlan {
    if (isFree || !this.isOn) return { forCaller: [], forPartner: [], forAnybody: [] };
    const those = (kind: Policy['appliesTo']) =>
      this.policies.filter(
        ({ name, appliesTo }) => appliesTo === kind || (appliesTo === 'named' && by.includes(name)),
      );
    return { forCaller: those('caller'), forPartner: those('partner'), forAnybody: those('anonymous') };
  }

  /**
   * Takes what something costs from every bucket it is limited by, or from none where one has not enough.
   * @returns what became of each; at once, unless Redis is asked
   */
  take(context: Context, policies: readonly Policy[], cost: number): Reserved[] | Promise<Reserved[]> {
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

  /** Gives back what was taken and not needed, and takes what was needed beyond: the next question waits for it. */
  settle(reserved: readonly Reserved[], cost: number): void {
    for (const { policy, key, cost: taken } of reserved) {
      if (cost === taken) continue;
      const counts = this.counts.get(policy.name)!;
      counts.refunded += Math.max(0, taken - cost);
      counts.cost += Math.max(0, cost - taken);
      void this.store.settle(key, cost - taken, policy);
    }
  }

  /** Takes what an answer costs beyond what was reserved for its use case. */
  settleAtLeast(reserved: readonly Reserved[] = [], cost: number): void {
    if (reserved[0] && cost > reserved[0].cost) this.settle(reserved, cost);
  }

  /**
   * How full somebody's buckets are, without taking from them.
   * @param ofKey the limit of the API key, where it has one of its own
   */
  async look(names: Partial<Record<'caller' | 'apiKey' | 'address', string>>, ofKey?: Rate) {
    const whose: Record<string, string | undefined> = {
      login: names.address,
      anonymous: names.address,
      partner: names.apiKey,
    };
    const all = this.policies.map(async (one) => {
      const policy = one.appliesTo === 'partner' && ofKey ? { ...one, ...ofKey } : one;
      const anonymous = names.address === undefined ? undefined : nameOfAddress(names.address);
      const name = policy.name in whose ? whose[policy.name] : (names.caller ?? anonymous);
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

  private counted(all: Reserved[]): Reserved[] {
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

/** The refusal, if one of these was refused: with when to come back. */
export function refusalOf(all: readonly Reserved[]): GatewayError | undefined {
  const refused = all.filter(({ spent }) => !spent.isAllowed);
  if (!refused.length) return undefined;
  const waitMs = Math.max(...refused.map(({ spent }) => spent.retryMs));
  const seconds = Math.ceil((waitMs * (1 + Math.random() * JITTER)) / 1000) || 1;
  const policy = refused.map(({ policy: { name } }) => name).join(', ');
  return new GatewayError('RATE_LIMITED', {
    detail: `There were too many requests (${policy}): try again in ${seconds} s.`,
    source: 'rate-limit',
    limit: { policy, cost: refused[0]!.cost },
    headers: { ...rateHeaders(all), 'retry-after': String(seconds) },
  });
}

/** What a client is told of its limits (draft-ietf-httpapi-ratelimit-headers-11). */
export function rateHeaders(all: readonly Reserved[]): Record<string, string> {
  const item = ({ policy: { name } }: Reserved, rest: string) => `"${name}";${rest}`;
  return {
    'ratelimit-policy': all
      .map((one) => item(one, `q=${one.policy.limit};w=${Math.ceil(one.policy.windowMs / 1000)}`))
      .join(', '),
    ratelimit: all
      .map((one) => item(one, `r=${one.spent.remaining};t=${Math.ceil(one.spent.resetMs / 1000)}`))
      .join(', '),
  };
}
