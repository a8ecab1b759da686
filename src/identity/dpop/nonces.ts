import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Config } from '#gateway/config/config';
import { KeySet } from '#gateway/identity/keys/key-set';
import { Injectable } from '@nestjs/common';

/** A nonce is given for so long, and taken for as long again, in milliseconds. */
const PERIOD_MS = 150_000;
const NONCE = /^([0-9a-z]{1,9})\.([\w-]{22})$/;

/**
 * Nonces for DPoP proofs (RFC 9449, section 8): a period of time, and an HMAC over it with a key that is derived from the
 * gateway's own. Nothing is kept, and all gateways with the same key take each other's.
 */
@Injectable()
export class ProofNonces {
  /** Whether proofs must have one. */
  readonly areRequired: boolean;
  private readonly key: Buffer;

  constructor({ DPOP_NONCE }: Config, keys: KeySet) {
    this.areRequired = DPOP_NONCE === 'on';
    const secret = keys.current.privateKey.export({ type: 'pkcs8', format: 'der' });
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'atrium dpop nonces', 32));
  }

  /** The nonce of now. */
  current(): string {
    const period = Math.floor(Date.now() / PERIOD_MS).toString(36);
    return `${period}.${this.mac(period)}`;
  }

  /** Whether a nonce is one of ours that has not expired. */
  isGood(nonce: unknown): boolean {
    const [, period, mac] = (typeof nonce === 'string' && NONCE.exec(nonce)) || [];
    if (period === undefined || mac === undefined) return false;
    const age = Math.floor(Date.now() / PERIOD_MS) - Number.parseInt(period, 36);
    return (age === 0 || age === 1) && timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(period)));
  }

  private mac(period: string): string {
    return createHmac('sha256', this.key).update(period).digest('base64url').slice(0, 22);
  }
}
