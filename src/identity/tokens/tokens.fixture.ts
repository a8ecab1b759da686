import type { Config } from '#gateway/config/config';
import { Dpop } from '#gateway/identity/dpop/dpop';
import { ProofNonces } from '#gateway/identity/dpop/nonces';
import { ProofReplays } from '#gateway/identity/dpop/replays';
import { OutsideIssuers } from '#gateway/identity/issuers/outside-issuers';
import type { KeySet } from '#gateway/identity/keys/key-set';
import { SessionEnds } from '#gateway/identity/sessions/session-ends';
import { SessionStoreMemory } from '#gateway/identity/sessions/session-store.memory';
import { JwtService } from '@nestjs/jwt';
import type { PinoLogger } from 'nestjs-pino';
import { AccessTokens } from './access-tokens.ts';
import { BearerTokens } from './bearer-tokens.ts';
import { PresentedTokens } from './presented-tokens.ts';

/** The token issuer and verifier with these keys, in this process only. */
export function bearersOf(config: Config, keys: KeySet) {
  const jwt = new JwtService();
  const warnings: unknown[] = [];
  const logger = { warn: (line: unknown) => void warnings.push(line) } as unknown as PinoLogger;
  const tokens = new AccessTokens(jwt, keys, config);
  const ends = new SessionEnds(null);
  const issuers = new OutsideIssuers(config, logger);
  const sessions = new SessionStoreMemory();
  const bearers = new BearerTokens(tokens, issuers, ends, sessions);
  const dpop = new Dpop(config, new ProofNonces(config, keys), new ProofReplays(null));
  return {
    tokens,
    ends,
    sessions,
    issuers,
    warnings,
    bearers,
    dpop,
    presented: new PresentedTokens(bearers, dpop),
  };
}
