import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { AccessTokens } from '#gateway/edge/auth/access-tokens';
import { SigningKey } from '#gateway/edge/auth/signing-key';
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

/** All that are measured, one line each. */
export const contenders: readonly Contender[] = [{ name: 'Atrium, REST home', start: atriumRest }];

async function atriumRest(upstreams: Record<string, string>) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const JWT_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  const [PORT, ADMIN_PORT] = [`${await freePort()}`, `${await freePort()}`];
  const INTERNAL_TOKEN_KEY = 'a key that only this bench knows of, for a minute';
  const settings = { NODE_ENV: 'production', PORT, ADMIN_PORT, JWT_PRIVATE_KEY, INTERNAL_TOKEN_KEY, ...upstreams };
  const child = await startChild('dist/src/main.js', settings);
  const tokens = new AccessTokens(
    new JwtService(),
    new SigningKey(createPrivateKey(JWT_PRIVATE_KEY)),
    loadConfig({}),
  );
  const target: Target = {
    name: 'Atrium, REST home',
    pid: child.process.pid!,
    origin: `http://127.0.0.1:${PORT}`,
    path: '/v1/home',
    headers: { authorization: `Bearer ${tokens.issue('u1', ['profile:read', 'orders:read'])}` },
  };
  return { child, target };
}
