import { createHash, randomUUID } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import { Redis } from '#libs/redis';
import { Inject, Injectable } from '@nestjs/common';
import { CapsMemory } from './caps.memory.ts';
import { CapsRedis } from './caps.redis.ts';
import type { Cap, Counter, Pace } from './counter.ts';
import { DelaysMemory } from './delays.memory.ts';
import { DelaysRedis } from './delays.redis.ts';
import { DEVICE_LIFE_MS } from './known-devices.ts';

const HOUR_MS = 3_600_000;
const slowing = { firstMs: 1_000, mostMs: 900_000, forgottenMs: HOUR_MS };

/** How attempts of one kind are limited. */
type Limit = (Pace | Cap) & {
  /** Whether a success takes back the failures before it as well; else it takes back itself alone. */
  isCleared?: true;
};

/**
 * What attempts are counted by, and how each is limited. A password is guessed at by strangers, who must not keep its owner
 * out: a known device and a session of the account are in buckets of their own.
 */
export const LIMITS = {
  /** One address that guesses at one account. */
  guesser: { free: 5, ...slowing, isCleared: true },
  /** One account, at which all strangers guess, from wherever. A success leaves the guesses of the others counted. */
  strangers: { most: 30, windowMs: HOUR_MS },
  /** One address that guesses at many accounts. */
  address: { free: 50, ...slowing },
  /** A device that has logged in to the account before (OWASP, "device cookies"). */
  device: { free: 10, ...slowing, forgottenMs: 24 * HOUR_MS, spent: { at: 20, forMs: DEVICE_LIFE_MS } },
  /** A session of the account. */
  session: { free: 5, ...slowing, isCleared: true },
  /** Refresh tokens that are none, by address. */
  refresh: { free: 50, ...slowing },
} satisfies Record<string, Limit>;

type Kind = keyof typeof LIMITS;

/** What is counted, and by what. */
export interface Counted {
  by: Kind;
  /** Whose attempts they are: see `accountName`, `KnownDevices`, and `addressKey` of libs/client-address. */
  name: string;
}

/** An attempt that was counted as failed. */
export interface Attempt {
  /** It did not fail. */
  succeeded(): Promise<void>;
  /** It was none: nothing was found out by it. */
  takeBack(): Promise<void>;
}

/**
 * Slows guessing down, and caps it. Counted in this process and, where there is Redis, by all gateways; without it this
 * process alone goes on counting: it never lets everybody in.
 */
@Injectable()
export class Attempts {
  private readonly counters: Record<Kind, readonly Counter[]>;

  constructor(@Inject(Redis) redis: Redis | null) {
    const kinds = Object.entries(LIMITS).map(([by, limit]) => [by, countersOf(by, limit, redis)]);
    this.counters = Object.fromEntries(kinds) as Record<Kind, readonly Counter[]>;
  }

  /**
   * Counts an attempt by all of these, or by none.
   * @param onRefusal called with what refused it
   * @throws {GatewayError} RATE_LIMITED with when to try again
   */
  async begin(all: readonly Counted[], onRefusal?: (by: Kind) => void): Promise<Attempt> {
    const ticket = randomUUID();
    const begun: { by: Kind; name: string; counter: Counter }[] = [];
    const end = async (isCleared: (by: Kind) => boolean): Promise<void> => {
      const ends = begun.map(async ({ by, name, counter }) =>
        isCleared(by) ? counter.clear(name) : counter.takeBack(name, ticket),
      );
      await Promise.all(ends);
    };
    for (const { by, name } of all) {
      for (const counter of this.counters[by]) {
        const waitMs = await counter.begin(name, ticket);
        if (waitMs) {
          await end(() => false);
          onRefusal?.(by);
          throw tooMany(waitMs);
        }
        begun.push({ by, name, counter });
      }
    }
    return {
      succeeded: () => end((by) => (LIMITS[by] as Limit).isCleared === true),
      takeBack: () => end(() => false),
    };
  }

  /** Whether there were so many failures that this is of no use any more. */
  async isSpent({ by, name }: Counted): Promise<boolean> {
    const { spent } = LIMITS[by] as Pace;
    if (!spent) return false;
    for (const counter of this.counters[by]) if ((await counter.failed(name)) >= spent.at) return true;
    return false;
  }
}

function countersOf(by: string, limit: Limit, redis: Redis | null): Counter[] {
  if ('most' in limit)
    return [new CapsMemory(limit), ...(redis ? [lenient(new CapsRedis(redis, by, limit))] : [])];
  return [new DelaysMemory(limit), ...(redis ? [lenient(new DelaysRedis(redis, by, limit))] : [])];
}

/** A counter that refuses nobody while its store is away: the memory of the process goes on counting. */
function lenient(counter: Counter): Counter {
  const or0 = async (count: () => number | Promise<number>) => {
    try {
      return await count();
    } catch {
      return 0;
    }
  };
  const orNot = async (end: () => void | Promise<void>) => {
    try {
      await end();
    } catch {
      // It expires by itself.
    }
  };
  return {
    begin: (name, ticket) => or0(() => counter.begin(name, ticket)),
    takeBack: (name, ticket) => orNot(() => counter.takeBack(name, ticket)),
    clear: (name) => orNot(() => counter.clear(name)),
    failed: (name) => or0(() => counter.failed(name)),
  };
}

function tooMany(waitMs: number): GatewayError {
  const seconds = `${Math.ceil(waitMs / 1000)}`;
  return new GatewayError('RATE_LIMITED', {
    source: 'attempts',
    detail: `There were too many attempts: try again in ${seconds} s.`,
    headers: { 'retry-after': seconds },
  });
}

/** Stands for an account: the same for every spelling of an address, and nobody can read it. */
export const accountName = (email: string): string =>
  createHash('sha256').update(email.trim().toLowerCase()).digest('base64url').slice(0, 22);
