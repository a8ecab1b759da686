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
const slowing = { firstMs: 1_000, maxMs: 900_000, resetAfterMs: HOUR_MS };

/** The limit of one kind of attempts. */
type Limit = (Pace | Cap) & {
  /** Whether a success also cancels the failures before it, instead of only its own attempt. */
  isCleared?: true;
};

/**
 * The limits of each kind of counter. Strangers who guess a password must not lock its owner out: a known device and a
 * session of the account have counters of their own.
 */
export const LIMITS = {
  /** One address guessing at one account. */
  guesser: { free: 5, ...slowing, isCleared: true },
  /** All strangers guessing at one account, from any address. A success does not cancel the failures of others. */
  strangers: { max: 30, windowMs: HOUR_MS },
  /** One address guessing at many accounts. */
  address: { free: 50, ...slowing },
  /** A device that has logged in to the account before (OWASP, "device cookies"). */
  device: { free: 10, ...slowing, resetAfterMs: 24 * HOUR_MS, spent: { at: 20, forMs: DEVICE_LIFE_MS } },
  /** A session of the account. */
  session: { free: 5, ...slowing, isCleared: true },
  /** Invalid refresh tokens, by address. */
  refresh: { free: 50, ...slowing },
} satisfies Record<string, Limit>;

type AttemptKind = keyof typeof LIMITS;

/** A counter of attempts: its kind and its name. */
export interface Counted {
  by: AttemptKind;
  /** The subject of the attempts: see `accountName`, `KnownDevices`, and `addressKey` of libs/client-address. */
  name: string;
}

/** An attempt that counts as failed until its outcome is reported. */
export interface Attempt {
  /** Reports success. */
  succeeded(): Promise<void>;
  /** Cancels it: no credential was checked. */
  takeBack(): Promise<void>;
}

/**
 * Slows guessing down, and caps it. Attempts are counted in this process and, if configured, in Redis for all gateways;
 * while Redis is down, each process counts alone.
 */
@Injectable()
export class Attempts {
  private readonly counters: Record<AttemptKind, readonly Counter[]>;

  constructor(@Inject(Redis) redis: Redis | null) {
    const kinds = Object.entries(LIMITS).map(([by, limit]) => [by, countersOf(by, limit, redis)]);
    this.counters = Object.fromEntries(kinds) as Record<AttemptKind, readonly Counter[]>;
  }

  /**
   * Counts an attempt in all of these counters, or in none.
   * @param onRefusal called with the kind of counter that refused it
   * @throws {GatewayError} RATE_LIMITED with the retry time
   */
  async begin(all: readonly Counted[], onRefusal?: (by: AttemptKind) => void): Promise<Attempt> {
    const ticket = randomUUID();
    const begun: { by: AttemptKind; name: string; counter: Counter }[] = [];
    const end = async (isCleared: (by: AttemptKind) => boolean): Promise<void> => {
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

  /** Whether the failures have used up this counter's name: see `Pace.spent`. */
  async isSpent({ by, name }: Counted): Promise<boolean> {
    const { spent } = LIMITS[by] as Pace;
    if (!spent) return false;
    for (const counter of this.counters[by]) if ((await counter.failed(name)) >= spent.at) return true;
    return false;
  }
}

function countersOf(by: string, limit: Limit, redis: Redis | null): Counter[] {
  if ('max' in limit) return [new CapsMemory(limit), ...(redis ? [lenient(new CapsRedis(redis, by, limit))] : [])];
  return [new DelaysMemory(limit), ...(redis ? [lenient(new DelaysRedis(redis, by, limit))] : [])];
}

/** Wraps a counter to allow every attempt while its store is unavailable: the counter in process memory still applies. */
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
      // The entry expires by itself.
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
  return new GatewayError('RATE_LIMITED', {
    source: 'attempts',
    detail: `There were too many attempts: try again in ${Math.ceil(waitMs / 1000)} s.`,
    retryAfterMs: waitMs,
  });
}

/** A hash that identifies an account: the same for every spelling of an email address, and not reversible. */
export const accountName = (email: string): string =>
  createHash('sha256').update(email.trim().toLowerCase()).digest('base64url').slice(0, 22);
