import { Dpop, refused } from '#gateway/identity/dpop/dpop';
import { type Presented, presentedBy } from '#gateway/identity/dpop/presented';
import type { Caller } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BearerTokens } from './bearer-tokens.ts';

/** RFC 9449, section 7.1. */
const DPOP = /^DPoP ([\w.~+/-]+=*)$/i;

/** Tells whose the token of an `Authorization` header is: a bearer token, or one that is bound to the key of its client. */
@Injectable()
export class PresentedTokens {
  constructor(
    private readonly bearers: BearerTokens,
    private readonly dpop: Dpop,
  ) {}

  /**
   * Whose it is; undefined for a bearer token that is not valid. At once for a bearer token that needs no issuer to be asked.
   * @param request what it came with
   * @param proof the DPoP proof, where that is not a header
   * @throws {GatewayError} UNAUTHENTICATED with the challenge for a bound token that is not taken, OVERLOADED where it cannot be
   * checked: as rejections
   */
  callerOf(
    authorization: string,
    request: FastifyRequest,
    proof: unknown = request.headers['dpop'],
  ): Caller | undefined | Promise<Caller | undefined> {
    const token = DPOP.exec(authorization)?.[1];
    if (token === undefined) return this.bearers.callerOf(authorization);
    return this.bound(token, { ...presentedBy(request), proof });
  }

  private async bound(token: string, presented: Presented): Promise<Caller> {
    const verified = await this.bearers.verified(token);
    if (!verified) throw refused('invalid_token', 'it was not issued for this gateway, or has expired');
    await this.dpop.check(presented, verified.hash!, verified.thumbprint);
    return verified.caller;
  }
}
