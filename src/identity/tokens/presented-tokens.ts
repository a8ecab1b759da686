import { isApiKey } from '#gateway/identity/api-keys/api-key';
import { Dpop, refused } from '#gateway/identity/dpop/dpop';
import { type Presented, presentedBy } from '#gateway/identity/dpop/presented';
import { MAX_LENGTH } from '#gateway/identity/jwt/compact';
import type { Caller } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BearerTokens } from './bearer-tokens.ts';

/** The DPoP scheme of RFC 9449, section 7.1. */
const DPOP = /^DPoP +([\w.~+/-]+=*)$/i;

/** Either scheme with a token. */
const TOKEN = /^(?:Bearer|DPoP) +([\w.~+/-]+=*)$/i;

/** Says what is wrong with an `Authorization` header whose token is not valid: often its form, by a mistake in a program. */
export function faultOf(authorization: string): string {
  const token = TOKEN.exec(authorization)?.[1];
  if (token === undefined) return 'Authorization must be Bearer or DPoP, a space, and the token.';
  if (isApiKey(token)) return 'An API key is no token: send it as X-API-Key.';
  return token.length > MAX_LENGTH
    ? `The token has more than ${MAX_LENGTH} characters.`
    : 'The token is not valid.';
}

/** Authenticates the caller by the token of an `Authorization` header: a bearer token, or a DPoP-bound one. */
@Injectable()
export class PresentedTokens {
  constructor(
    private readonly bearers: BearerTokens,
    private readonly dpop: Dpop,
  ) {}

  /**
   * The caller; undefined for an invalid bearer token. Synchronous for a bearer token whose issuer need not be asked.
   * @param request that the token came with
   * @param proof the DPoP proof, if it is not in a header
   * @throws {GatewayError} UNAUTHENTICATED with a challenge for an invalid bound token, OVERLOADED if it cannot be verified
   * now: as rejections
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
