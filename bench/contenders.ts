import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { AccessTokens } from '#gateway/edge/auth/tokens/access-tokens';
import { KeySet } from '#gateway/edge/auth/keys/key-set';
import { SigningKey } from '#gateway/edge/auth/keys/signing-key';
import { loadConfig } from '#gateway/config/config';
import { freePort } from '#libs/process';
import { JwtService } from '@nestjs/jwt';
import { type Child, startChild } from './child.ts';
import type { Target } from './measure.ts';

/** Something to measure: how it starts, and what it is asked. */
export interface Contender {
  name: string;
  /** @param upstreams addresses, as settings */
  start(upstreams: Record<string, string>): Promise<{ child: Child; target: Target }>;
}

const HOME = '/v1/home';

/** All that are measured, one line each. The first is what the others are compared with. */
export const contenders: readonly Contender[] = [
  { name: 'node:http, a constant', start: constant },
  { name: 'Atrium, REST home, caches off', start: (upstreams) => atrium({ ...upstreams, CACHE: 'off' }, HOME) },
  { name: 'Atrium, REST home, cold', start: (upstreams) => atrium(upstreams, HOME, 100_000) },
  { name: 'Atrium, REST home, warm', start: (upstreams) => atrium(upstreams, HOME) },
  { name: 'Atrium, REST product page, warm', start: (upstreams) => atrium(upstreams, '/v1/products/p1') },
];

/** About as long as the answer of `home`. */
const BYTES = '2600';

async function constant() {
  const child = await startChild('bench/constant.ts', { BYTES });
  const target: Target = { pid: child.process.pid!, origin: child.said['url']!, path: '/', headers: () => ({}) };
  return { child, target };
}

/** @param callers each asks in turn: with very many, nobody has asked before */
export async function atrium(settings: Record<string, string>, path: string, callers = 1) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const JWT_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const [PORT, ADMIN_PORT] = [`${await freePort()}`, `${await freePort()}`];
  const INTERNAL_TOKEN_KEY = 'a key that only this bench knows of for a minute';
  // Limits are on, and nobody reaches them.
  const RATE_LIMIT_CUSTOMER = '9999999/1';
  const own = {
    NODE_ENV: 'production',
    PORT,
    ADMIN_PORT,
    JWT_PRIVATE_KEY,
    INTERNAL_TOKEN_KEY,
    RATE_LIMIT_CUSTOMER,
  };
  const child = await startChild('dist/src/main.js', { ...own, ...settings });
  const tokens = new AccessTokens(
    new JwtService(),
    new KeySet(new SigningKey(createPrivateKey(JWT_PRIVATE_KEY))),
    loadConfig({}),
  );
  const headersOf = (n: number) => ({
    authorization: `Bearer ${tokens.issue({ userId: `u${n}`, scopes: ['profile:read', 'orders:read'], sessionId: `s${n}` })}`,
  });
  const one = headersOf(0);
  // Tokens are made beforehand, a part of a second's worth, and asked with in turn.
  const many = Array.from({ length: Math.min(callers, 20_000) }, (_, n) => (callers > 1 ? headersOf(n) : one));
  const headers = (n: number) => many[n % many.length]!;
  return { child, target: { pid: child.process.pid!, origin: `http://127.0.0.1:${PORT}`, path, headers } };
}
