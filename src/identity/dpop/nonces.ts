import { createHmac, timingSafeEqual } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { KeySet } from '#gateway/identity/keys/key-set';
import { Injectable } from '@nestjs/common';

/** How long a nonce is issued, and then accepted for as long again, in milliseconds. */
const PERIOD_MS = 150_000;
const NONCE = /^([0-9a-z]{1,9})\.([\w-]{22})$/;

/**
 * Nonces for DPoP proofs (RFC 9449, section 8): a time period, and its HMAC with a key derived from the gateway's own. They
 * are stateless, and valid at all gateways with the same key.
 */
@Injectable()
export class ProofNonces {
  /** Whether proofs must have a nonce. */
  readonly areRequired: boolean;

  constructor(
    { DPOP_NONCE }: Config,
    private readonly keys: KeySet,
  ) {
    this.areRequired = DPOP_NONCE === 'on';
  }

  /** The current nonce. */
  current(): string {
    const period = Math.floor(Date.now() / PERIOD_MS).toString(36);
    return `${period}.${this.mac(period)}`;
  }

  /** Whether a nonce is genuine and unexpired. */
  isGood(nonce: unknown): boolean {
    const [, period, mac] = (typeof nonce === 'string' && NONCE.exec(nonce)) || [];
    if (period === undefined || mac === undefined) return false;
    const age = Math.floor(Date.now() / PERIOD_MS) - Number.parseInt(period, 36);
    return (age === 0 || age === 1) && timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(period)));
  }

  private mac(period: string): string {
    return createHmac('sha256', this.keys.derived('atrium dpop nonces'))
      .update(period)
      .digest('base64url')
      .slice(0, 22);
  }
}
