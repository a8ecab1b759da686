import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { GatewayError } from '#libs/errors';
import { Redis } from '#libs/redis';
import { Inject, Injectable } from '@nestjs/common';
import { AttemptsMemory } from './attempts.memory.ts';
import { attemptsInRedis } from './attempts.redis.ts';

/** How tries of one kind are slowed down. */
export interface Pace {
  /** So many may fail without a delay. */
  free: number;
  /** The delay after that; it doubles with every further one. In milliseconds. */
  firstMs: number;
  /** It is never longer. */
  mostMs: number;
}

/** What tries are counted by. An account is guessed at; an address guesses at many. */
export const PACES = {
  account: { free: 5, firstMs: 1_000, mostMs: 900_000 },
  /** Of who holds a session of the account: strangers who fail do not slow them down. */
  session: { free: 5, firstMs: 1_000, mostMs: 900_000 },
  address: { free: 50, firstMs: 1_000, mostMs: 900_000 },
  /** Refresh tokens that are none. */
  refresh: { free: 50, firstMs: 1_000, mostMs: 900_000 },
} satisfies Record<string, Pace>;

/** What is counted, and by what. */
export interface Counted {
  by: keyof typeof PACES;
  /** Whose tries they are: see `accountName`, `addressName`. */
  name: string;
}

/**
 * Slows guessing down: every try counts as failed until it is known not to be, so that a thousand at once are no way
 * around it. Counted in this process and, where there is Redis, by all gateways; without it this process alone goes on
 * counting: it never lets everybody in.
 */
@Injectable()
export class Attempts {
  private readonly memory = new AttemptsMemory();

  constructor(@Inject(Redis) private readonly redis: Redis | null) {}

  /** Counts a try. @throws {GatewayError} RATE_LIMITED with when to try again: it was not one */
  async begin(all: readonly Counted[]): Promise<void> {
    for (const counted of all) {
      const { by, name } = counted;
      const key = `${by} ${name}`;
      const here = this.memory.begin(key, PACES[by]);
      const waitMs = this.redis && !here ? await attemptsInRedis.begin(this.redis, key, PACES[by]) : here;
      if (waitMs) throw tooMany(waitMs);
    }
  }

  /** It did not fail: an account starts anew, and an address is given back the try. */
  succeeded(all: readonly Counted[]): Promise<void> {
    return this.end(all, ({ by }) => by !== 'address');
  }

  /** It was none: nothing was found out by it. */
  takeBack(all: readonly Counted[]): Promise<void> {
    return this.end(all, () => false);
  }

  private async end(all: readonly Counted[], isForgiven: (one: Counted) => boolean): Promise<void> {
    for (const counted of all) {
      const key = `${counted.by} ${counted.name}`;
      this.memory.end(key, isForgiven(counted));
      if (this.redis) await attemptsInRedis.end(this.redis, key, isForgiven(counted));
    }
  }
}

function tooMany(waitMs: number): GatewayError {
  const seconds = `${Math.ceil(waitMs / 1000)}`;
  return new GatewayError('RATE_LIMITED', {
    detail: `There were too many attempts: try again in ${seconds} s.`,
    headers: { 'retry-after': seconds },
  });
}

/** Stands for an account: the same for every spelling of an address, and nobody can read it. */
export const accountName = (email: string): string =>
  createHash('sha256').update(email.trim().toLowerCase()).digest('base64url').slice(0, 22);

/** Stands for who has an address: of IPv6 a customer has a /64. */
export function addressName(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.replace(/%.*$/, '').split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
