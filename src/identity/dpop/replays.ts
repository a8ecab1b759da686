import { redisKeys } from '#gateway/config/redis-keys';
import { hash } from 'node:crypto';
import { GatewayError } from '#libs/errors';
import { Redis } from '#libs/redis';
import { Inject, Injectable } from '@nestjs/common';
import { PROOF_LIFE_MS } from './proof.ts';

const MAX_IDS = 500_000;
/** The pause after a Redis failure, in milliseconds, in which the process decides alone and no request waits. */
const RETRY_MS = 500;

/**
 * Accepts each proof once: at all gateways by Redis, and in this process without Redis or while it is down, like rate
 * limits.
 */
@Injectable()
export class ProofReplays {
  /** The ids of the current and the previous period, so that each is kept for at least one period. */
  private recent = new Set<string>();
  private before = new Set<string>();
  private since = performance.now();
  private notBefore = 0;

  constructor(@Inject(Redis) private readonly redis: Redis | null) {}

  /**
   * Records the use of a proof. @returns whether it is the first use
   * @param thumbprint of its key: other clients may use the same id
   * @throws {GatewayError} OVERLOADED if this process stores too many
   */
  async isFirst(thumbprint: string, id: string): Promise<boolean> {
    const name = hash('sha256', `${thumbprint} ${id}`, 'base64url').slice(0, 22);
    if (!this.isFirstHere(name)) return false;
    const { redis } = this;
    if (!redis || performance.now() < this.notBefore) return true;
    try {
      return (await redis.set(redisKeys.dpopProof(name), '1', 'PX', PROOF_LIFE_MS, 'NX')) === 'OK';
    } catch {
      this.notBefore = performance.now() + RETRY_MS;
      return true;
    }
  }

  private isFirstHere(name: string): boolean {
    const now = performance.now();
    const periods = (now - this.since) / PROOF_LIFE_MS;
    if (periods >= 1) {
      this.before = periods >= 2 ? new Set() : this.recent;
      this.recent = new Set();
      this.since = now;
    }
    if (this.recent.has(name) || this.before.has(name)) return false;
    if (this.recent.size >= MAX_IDS)
      throw new GatewayError('OVERLOADED', { source: 'dpop', detail: 'There are too many proofs: try again.' });
    this.recent.add(name);
    return true;
  }
}
