/** @full Specs of `src/identity` hold the proofs; this one holds that a provider takes them. */
import { setTimeout as wait } from 'node:timers/promises';
import { ownRedisForTests, redisConnections } from '#libs/testing';
import { Visitor } from '#test/support/visitor';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { ClientMetadata } from 'oidc-provider';
import { ProviderGateway } from './provider-gateway.ts';

jest.setTimeout(60_000);

type Given = NonNullable<Parameters<typeof ProviderGateway.open>[0]>;

const SECRET = 'a secret & of more than thirty-two characters';
const NONCE_SECRET = Buffer.alloc(32, 'n');
const BOUND: Partial<ClientMetadata> = { dpop_bound_access_tokens: true };
const confidential: Given = {
  environment: { OIDC_CLIENT_SECRET: SECRET },
  client: { token_endpoint_auth_method: 'client_secret_basic', client_secret: SECRET },
};

const redis = await ownRedisForTests();
const onRedis = 'skip' in redis ? describe.skip : describe;
const connections = redisConnections();
afterAll(async () => {
  await connections.close();
  if (!('skip' in redis)) await redis.stop();
});

/** A gateway at oidc-provider, which takes a proof with a nonce alone where `isNonced`. */
async function opened({ environment, client, configuration }: Given, isNonced = false): Promise<ProviderGateway> {
  const dPoP = { enabled: true, nonceSecret: NONCE_SECRET, requireNonce: () => isNonced };
  return ProviderGateway.open({
    environment: { OIDC_DPOP: 'on', ...environment },
    client: { ...BOUND, ...client },
    configuration: { ttl: { AccessToken: 2 }, ...configuration, features: { dPoP } },
  });
}

interface Session {
  userId?: string;
  scopes?: string[];
}

/** Logs somebody in. @returns what their session is */
async function loggedIn({ url }: ProviderGateway, who: 'ada' | 'grace' = 'ada') {
  const visitor = new Visitor();
  await visitor.go(`${url}/bff/login`, who);
  const session = async () => (await (await visitor.send(`${url}/bff/session`)).json()) as Session;
  return { visitor, session };
}

/** Lets a session be renewed so often. */
async function renewed({ provider }: ProviderGateway, session: () => Promise<Session>, times: number) {
  const before = provider.grants.get('refresh_token') ?? 0;
  while ((provider.grants.get('refresh_token') ?? 0) < before + times)
    if ((await session()).userId) await wait(100);
    else throw new Error(`the session is over: ${provider.errors.join('; ')}`);
  return session();
}

const ada = { userId: 'u1', scopes: expect.arrayContaining(['orders:write']) };

describe('the tokens of a session at oidc-provider that demands proofs (DPoP)', () => {
  it.each<[string, Given]>([
    ['a public client', {}],
    ['a client with a secret', confidential],
    ['a client that pushes its requests', { environment: { OIDC_PAR: 'on' } }],
    ['a client that asks the UserInfo endpoint', { environment: { OIDC_SCOPES_FROM: 'userinfo' } }],
  ])('are bound to a key, at the login and at renewals the same: %s', async (_, given) => {
    const gateway = await opened({ ...given, configuration: { rotateRefreshToken: true } });
    try {
      const { session } = await loggedIn(gateway);
      expect(await renewed(gateway, session, 2)).toEqual(ada);
      const { thumbprints, codeThumbprints, errors } = gateway.provider;
      // RFC 9449, section 10.
      expect(codeThumbprints).toEqual([thumbprints[0]]);
      expect({ keys: new Set(thumbprints).size, errors }).toEqual({ keys: 1, errors: [] });
      expect([thumbprints.length >= 3, thumbprints[0]]).toEqual([true, expect.stringMatching(/^[\w-]{43}$/)]);
      const other = await loggedIn(gateway, 'grace');
      expect((await other.session()).userId).toBe('u2');
      expect(new Set(thumbprints).size).toBe(2);
    } finally {
      await gateway.close();
    }
  });

  it('have proofs with its nonces, each of which is refused to the gateway once', async () => {
    const gateway = await opened({ environment: { OIDC_SCOPES_FROM: 'userinfo' } }, true);
    try {
      const { session } = await loggedIn(gateway);
      expect(await renewed(gateway, session, 2)).toEqual(ada);
      expect((await (await loggedIn(gateway, 'grace')).session()).userId).toBe('u2');
      expect(gateway.provider.errors.map((error) => error.split(':')[0])).toEqual(['use_dpop_nonce']);
      expect(gateway.shop.warnings('a session could not be renewed')).toEqual([]);
    } finally {
      await gateway.close();
    }
  });

  onRedis('in Redis', () => {
    it('have a key that is kept as they are: nobody reads it where sessions are kept', async () => {
      const { url } = redis as { url: string };
      const gateway = await opened({ environment: { REDIS_URL: url } });
      try {
        const { session } = await loggedIn(gateway);
        expect(await renewed(gateway, session, 1)).toEqual(ada);
        const connection = await connections.connected(url);
        const names = await connection.keys('atrium:session:*');
        const kept = await Promise.all(names.map((name) => connection.hgetall(name)));
        expect(JSON.stringify(kept)).toContain('sealed');
        expect(JSON.stringify(kept)).not.toMatch(/dpopKey|"d\\*"|P-256/);
      } finally {
        await gateway.close();
      }
    });
  });

  it('are not had without OIDC_DPOP, and the log says why', async () => {
    const gateway = await opened({ environment: { OIDC_DPOP: 'off' } });
    try {
      const visitor = new Visitor();
      const page = await visitor.go(`${gateway.url}/bff/login?returnTo=/livez`, 'ada');
      expect(page.url.search).toBe('?error=login_failed');
      const failed = gateway.shop.logs.gateway.with({ audit: 'login.failed' });
      expect(failed.map(({ reason }) => reason)).toEqual(['invalid_grant']);
    } finally {
      await gateway.close();
    }
  });
});

describe('oidc-provider that ignores proofs', () => {
  it('logs nobody in where tokens are to be bound, and the log says why', async () => {
    const gateway = await ProviderGateway.open({
      environment: { OIDC_DPOP: 'on' },
      configuration: { features: { dPoP: { enabled: false } } },
    });
    try {
      const page = await new Visitor().go(`${gateway.url}/bff/login?returnTo=/livez`, 'ada');
      expect(page.url.search).toBe('?error=login_failed');
      const [failed] = gateway.shop.logs.gateway.with({ audit: 'login.failed' });
      expect(failed!['reason']).toBe('the access token is not bound to the key of the session');
    } finally {
      await gateway.close();
    }
  });
});
