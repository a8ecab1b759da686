import { Config } from '#gateway/config/config';
import { GatewayError } from '#libs/errors';
import { Injectable } from '@nestjs/common';
import { InvalidProof } from './invalid-proof.ts';
import { ProofNonces } from './nonces.ts';
import type { Presented } from './presented.ts';
import { PROOF_ALGORITHMS } from './proof-key.ts';
import { type Proof, proofIn } from './proof.ts';
import { ProofReplays } from './replays.ts';

/** The DPoP challenge (RFC 9449, section 7.1). */
export const DPOP_CHALLENGE = `DPoP algs="${PROOF_ALGORITHMS}"`;

const NEW_NONCE = 'the proof needs a nonce of the gateway';

/** Verifies that clients hold the key that their token is bound to, by a proof with each request (RFC 9449). */
@Injectable()
export class Dpop {
  constructor(
    private readonly config: Config,
    private readonly nonces: ProofNonces,
    private readonly replays: ProofReplays,
  ) {}

  /**
   * The thumbprint of the key for new tokens; undefined for a client without a proof.
   * @throws {GatewayError} BAD_REQUEST (RFC 9449, section 5)
   */
  async keyOf(presented: Presented | undefined): Promise<string | undefined> {
    if (presented?.proof === undefined) return undefined;
    try {
      return (await this.checked(presented, undefined)).thumbprint;
    } catch (error) {
      if (!(error instanceof InvalidProof)) throw error;
      const { code, headers } = this.answerTo(error);
      throw new GatewayError('BAD_REQUEST', { detail: `${code}: ${error.message}.`, headers });
    }
  }

  /**
   * Verifies that the sender of a request holds the key that its access token is bound to.
   * @param tokenHash the SHA-256 of the token, in base64url
   * @param thumbprint of that key; undefined for an unbound token
   * @throws {GatewayError} UNAUTHENTICATED
   */
  async check(presented: Presented, tokenHash: string, thumbprint: string | undefined): Promise<void> {
    if (thumbprint === undefined) throw refused('invalid_token', 'the token is not bound to a key');
    try {
      const proof = await this.checked(presented, tokenHash, thumbprint);
      if (proof.thumbprint !== thumbprint) throw new InvalidProof('the token is bound to another key');
    } catch (error) {
      if (!(error instanceof InvalidProof)) throw error;
      const { code, headers } = this.answerTo(error);
      throw refused(code, error.message, headers);
    }
  }

  private async checked(
    { proof: header, method, url }: Presented,
    tokenHash: string | undefined,
    thumbprint?: string,
  ): Promise<Proof> {
    const proof = proofIn(header, { method, urls: [url, ...this.publicUrl(url)], tokenHash });
    if (this.nonces.areRequired && !this.nonces.isGood(proof.nonce)) throw new InvalidProof(NEW_NONCE);
    // A proof by another key is refused without being recorded.
    const isOfAnother = thumbprint !== undefined && proof.thumbprint !== thumbprint;
    if (!isOfAnother && !(await this.replays.isFirst(proof.thumbprint, proof.id)))
      throw new InvalidProof('the proof was used before');
    return proof;
  }

  /** The same path below `PUBLIC_URL`, if that is set: a proxy may have replaced the host. */
  private publicUrl(url: string): string[] {
    const { PUBLIC_URL } = this.config;
    return PUBLIC_URL ? [url.replace(/^\w+:\/\/[^/]*/, PUBLIC_URL)] : [];
  }

  private answerTo({ message }: InvalidProof): { code: string; headers: Record<string, string> } {
    if (message !== NEW_NONCE) return { code: 'invalid_dpop_proof', headers: {} };
    return { code: 'use_dpop_nonce', headers: { 'dpop-nonce': this.nonces.current() } };
  }
}

/** The error for a token with the scheme DPoP. @param code as RFC 6750 and RFC 9449 name it */
export function refused(code: string, reason: string, headers: Record<string, string> = {}): GatewayError {
  const challenge = `DPoP error="${code}", error_description="${reason}", algs="${PROOF_ALGORITHMS}"`;
  return new GatewayError('UNAUTHENTICATED', {
    detail: `The token is not valid: ${reason}.`,
    headers: { ...headers, 'www-authenticate': challenge },
  });
}
