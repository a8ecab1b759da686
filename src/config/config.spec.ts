import { describe, expect, it } from '@jest/globals';
import { DEMO_INTERNAL_TOKEN_KEY } from '#libs/internal-token';
import { complaint, wrong } from './complaint.fixture.ts';
import { loadConfig } from './config.ts';

describe('the configuration', () => {
  it('needs nothing set', () => {
    // `.env.example` lists every default, and a spec in test/house holds it to them.
    expect(loadConfig({})).toMatchObject({
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: 3000,
      ADMIN_HOST: '127.0.0.1',
      ADMIN_PORT: 3009,
      ADMIN_HOSTS: [],
      LOG_LEVEL: 'info',
      WORKERS: 1,
      DRAIN_MS: 2_000,
      USERS_URL: ['http://127.0.0.1:3001'],
      ORDERS_URL: ['127.0.0.1:3002'],
      REDIS_COMMAND_TIMEOUT_MS: 50,
      CACHE: 'on',
      CACHE_MEMORY_BYTES: 33_554_432,
      PRODUCTS_URL: ['127.0.0.1:3003'],
      REVIEWS_URL: ['http://127.0.0.1:3004'],
      ASSISTANT_URL: ['http://127.0.0.1:3005'],
      ASSISTANT_MODEL: 'gpt-4o-mini',
      GRPC_CLIENT: 'http2',
      UPSTREAMS_FILE: {},
      BLOCKED_LOOP_MS: 100,
      CORS_ORIGINS: [],
      TRUST_PROXY: false,
      PROXY_PROTOCOL: false,
      REQUEST_TIMEOUT_MS: 3_000,
      BODY_LIMIT_BYTES: 10_240,
      GRAPHQL_BODY_LIMIT_BYTES: 65_536,
      HEADERS_LIMIT_BYTES: 16_384,
      HEADERS_TIMEOUT_MS: 10_000,
      REQUEST_READ_TIMEOUT_MS: 30_000,
      IDLE_TIMEOUT_MS: 30_000,
      KEEP_ALIVE_TIMEOUT_MS: 72_000,
      MAX_CONNECTIONS: 20_000,
      MAX_UNFINISHED_BODIES: 1_000,
      MAX_UNFINISHED_BODIES_PER_ADDRESS: 100,
      MAX_SESSIONS_PER_ACCOUNT: 50,
      MAX_STREAMS: 15_000,
      MAX_STREAMS_PER_CALLER: 20,
      CHAT_MEMORY_BYTES: 16_777_216,
      COMPRESSION: 'on',
      COMPRESSION_MEMORY_BYTES: 8_388_608,
      COMPRESSION_MIN_BYTES: 1_000,
      STREAM_HEARTBEAT_MS: 15_000,
      SHEDDING: 'on',
      MAX_IN_FLIGHT: 1_000,
      MAX_QUEUED: 100,
      GRAPHQL_MODE: 'open',
      GRAPHQL_PARTIAL_STATUS: 200,
      CLIENTS_DIR: 'clients',
      RELEASED_DIR: 'released',
      PORTAL: 'on',
      PORTAL_DIR: 'dist/portal',
      STOREFRONT: 'on',
      STOREFRONT_DIR: 'dist/storefront',
      USAGE_DAYS: 8,
      GRAPHQL_MAX_TOKENS: 2_000,
      GRAPHQL_MAX_DEPTH: 12,
      GRAPHQL_MAX_ROOT_FIELDS: 20,
      GRAPHQL_MAX_ALIASES: 30,
      GRAPHQL_MAX_DIRECTIVES: 50,
      GRAPHQL_MAX_FIELDS: 500,
      GRAPHQL_MAX_COST: 2_000,
      RATE_LIMIT: 'on',
      RATE_LIMIT_ANONYMOUS: { limit: 300, windowMs: 60_000 },
      RATE_LIMIT_CUSTOMER: { limit: 1_200, windowMs: 60_000 },
      RATE_LIMIT_PARTNER: { limit: 600, windowMs: 60_000 },
      RATE_LIMIT_LOGIN: { limit: 60, windowMs: 60_000 },
      RATE_LIMIT_SEARCH: { limit: 120, windowMs: 60_000 },
      JWT_ALGORITHM: 'RS256',
      JWT_RETIRED_KEYS: [],
      JWT_ISSUER: 'atrium',
      JWT_AUDIENCE: 'atrium',
      DPOP_NONCE: 'off',
      ISSUERS_FILE: [],
      OIDC_SCOPE: 'openid profile offline_access',
      OIDC_CONSENT: 'on',
      OIDC_CLIENT_AUTH: 'auto',
      OIDC_PAR: 'auto',
      OIDC_DPOP: 'off',
      OIDC_AUTHORIZATION_PARAMS: {},
      OIDC_SCOPES_FROM: ['id_token', 'token_response'],
      OIDC_SESSION_MS: 28_800_000,
      OIDC_END_SESSION: 'on',
      OIDC_REVOCATION: 'on',
      INTERNAL_TOKEN_KEY: [DEMO_INTERNAL_TOKEN_KEY],
    });
  });

  it('is frozen', () => {
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  it.each(['https://shop.example/', 'https://Shop.example', 'https://shop.example:443', 'shop.example'])(
    'says how an origin is written, for %s',
    (value) => {
      const origin = /must be an origin in lower case, without a path, a slash at its end or a default port/;
      expect(() => loadConfig({ PUBLIC_URL: value })).toThrow(origin);
      expect(() => loadConfig({ CORS_ORIGINS: `https://a.example, ${value}` })).toThrow(origin);
    },
  );

  it('names every invalid variable at once, and quotes no value', () => {
    const environment = {
      NODE_ENV: 'hunter2',
      PORT: 'hunter2',
      ADMIN_PORT: '70000',
      ADMIN_HOSTS: 'admin.example,https://hunter2',
      METRICS_TOKEN: 'hunter2',
      LOG_LEVEL: 'hunter2',
      USERS_URL: 'ftp://hunter2',
      ORDERS_URL: 'hunter2',
      PRODUCTS_URL: 'http://hunter2:1',
      UPSTREAMS_FILE: '/hunter2',
      REDIS_URL: 'redis://:hunter2@redis/?db=1',
      SERVER_TIMING: 'hunter2',
      CORS_ORIGINS: 'https://a.example,hunter2',
      TRUST_PROXY: 'hunter2',
      PROXY_PROTOCOL: 'hunter2',
      REDIS_COMMAND_TIMEOUT_MS: '0',
      REQUEST_TIMEOUT_MS: '0',
      BODY_LIMIT_BYTES: '-1',
      GRAPHQL_BODY_LIMIT_BYTES: '1.5',
      CHAT_MEMORY_BYTES: '1048576',
      JWT_PRIVATE_KEY: 'hunter2',
      INTERNAL_TOKEN_KEY: 'hunter2',
    };
    expect(wrong(environment)).toEqual(Object.keys(environment).sort());
    expect(complaint(environment)).not.toContain('hunter2');
  });

  it.each([
    ['https://shop.example', ['https://shop.example']],
    [' https://shop.example , http://localhost:8080 ,', ['https://shop.example', 'http://localhost:8080']],
    // Pages within an app, and extensions.
    ['capacitor://localhost,tauri://localhost:1420', ['capacitor://localhost', 'tauri://localhost:1420']],
    ['moz-extension://0f8fad5b-d9cb-469f', ['moz-extension://0f8fad5b-d9cb-469f']],
  ])('reads the origins %p', (list, origins) => {
    expect(loadConfig({ CORS_ORIGINS: list }).CORS_ORIGINS).toEqual(origins);
  });

  it.each([
    '*',
    'null',
    'shop.example',
    'https://shop.example/',
    'https://shop.example/path',
    'HTTPS://shop.example',
    'file:///',
    'file://shop.example',
    'capacitor://',
    'capacitor://localhost/',
    'capacitor:localhost',
  ])('refuses %p as an origin, which no browser sends', (origin) => {
    expect(wrong({ CORS_ORIGINS: origin })).toEqual(['CORS_ORIGINS']);
  });

  it.each(['admin.example:3009', '*', '.example', 'a..b', '10.0.0.0/8', 'a b', '-x'])(
    'refuses %p as a host name of the admin port',
    (name) => expect(wrong({ ADMIN_HOSTS: name })).toEqual(['ADMIN_HOSTS']),
  );

  it.each([
    'short',
    'with blanks, which a bearer token cannot have',
    '"quoted-and-long-enough"',
    'pass-pass-pass-pass='.repeat(2),
  ])('refuses %p as the metrics token', (token) =>
    expect(wrong({ METRICS_TOKEN: token })).toEqual(['METRICS_TOKEN']),
  );

  it.each([
    ['on', true],
    ['off', false],
    ['10.0.0.1, 192.168.0.0/16,::1/128', ['10.0.0.1', '192.168.0.0/16', '::1/128']],
    ['loopback', ['loopback']],
    ['loopback, uniquelocal,2001:db8::1', ['loopback', 'uniquelocal', '2001:db8::1']],
    ['1', 1],
    ['32', 32],
  ])('trusts the proxies %p', (value, trusted) => {
    expect(loadConfig({ TRUST_PROXY: value }).TRUST_PROXY).toEqual(trusted);
  });

  it.each(['true', '10.0.0.1/33', '10.0.0.0/0', '10.0.0.1/8/8', 'proxy.example', '10.0.0.1,on', ',', '1,2'])(
    'refuses %p as trusted proxies',
    (value) => {
      expect(wrong({ TRUST_PROXY: value })).toEqual(['TRUST_PROXY']);
      expect(wrong({ PROXY_PROTOCOL: value })).toEqual(['PROXY_PROTOCOL']);
    },
  );

  it.each(['0', '33', '-1', '1.5', '1e1', '1 2'])('refuses %p as a number of hops', (value) => {
    expect(wrong({ TRUST_PROXY: value })).toEqual(['TRUST_PROXY']);
  });

  it('accepts the PROXY protocol from all peers, from addresses, or from none, and never by hops', () => {
    expect(loadConfig({ PROXY_PROTOCOL: 'on' }).PROXY_PROTOCOL).toBe(true);
    expect(loadConfig({ PROXY_PROTOCOL: 'loopback,10.0.0.0/8' }).PROXY_PROTOCOL).toEqual([
      'loopback',
      '10.0.0.0/8',
    ]);
    expect(wrong({ PROXY_PROTOCOL: '1' })).toEqual(['PROXY_PROTOCOL']);
  });
});
