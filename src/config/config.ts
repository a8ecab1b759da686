import { createPrivateKey, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { internalTokenKey, refuseDemoKeyInProduction } from '#libs/internal-token';
import { LOG_LEVELS } from '#libs/observe';
import { bytes, milliseconds, port, readSettings } from '#libs/process';
import { z } from 'zod';

const list = (value: string) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);

const PROXY = /^(on|off|loopback|linklocal|uniquelocal)$/;

/** `on` and `off`, or addresses and CIDR ranges of the proxies to trust, as Fastify takes them. */
const trustProxy = z
  .string()
  .default('off')
  .refine((value) => PROXY.test(value) || list(value).every(isRange), {
    message: 'must be on, off, or addresses and CIDR ranges, comma-separated',
  })
  .transform((value) => (value === 'off' ? false : value === 'on' ? true : list(value)));

function isRange(value: string): boolean {
  const [address = '', bits = '1', ...rest] = value.split('/');
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)]!;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= most;
}

/** As a browser names it in `Origin`: without a path, and without a slash at the end. */
const origin = z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value, {
  message: 'must be origins, comma-separated, for example https://shop.example',
});

const grpcAddress = z.string().regex(/^(grpcs?:\/\/)?[^\s/:]+:\d{1,5}$/, 'must be host:port or grpcs://host:port');

const httpUrl = z.url({ protocol: /^https?$/, message: 'must be an http:// or https:// address' });

const rsaKey = z.string().transform((pem, check): KeyObject => {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    const isStrong = (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
    if (key.asymmetricKeyType === 'rsa' && isStrong) return key;
  } catch {
    // Told below: the error of OpenSSL would show parts of the key.
  }
  check.addIssue({ code: 'custom', message: 'must be an RSA private key of at least 2048 bits, in PEM' });
  return z.NEVER;
});

/** Told along with all other mistakes: zod would leave it for when those are mended. */
const always = { when: () => true };

const settings = z
  .object({
    NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
    HOST: z.string().default('127.0.0.1'),
    PORT: port(3000),
    ADMIN_HOST: z.string().default('127.0.0.1'),
    ADMIN_PORT: port(3009),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
    USERS_URL: httpUrl.default('http://127.0.0.1:3001'),
    ORDERS_URL: grpcAddress.default('127.0.0.1:3002'),
    PRODUCTS_URL: grpcAddress.default('127.0.0.1:3003'),
    CORS_ORIGINS: z.string().default('').transform(list).pipe(z.array(origin)),
    TRUST_PROXY: trustProxy,
    REQUEST_TIMEOUT_MS: milliseconds(3_000, 10, 600_000),
    BODY_LIMIT_BYTES: bytes(10_240),
    GRAPHQL_BODY_LIMIT_BYTES: bytes(65_536),
    JWT_PRIVATE_KEY: rsaKey.optional(),
    JWT_ISSUER: z.string().default('atrium'),
    JWT_AUDIENCE: z.string().default('atrium'),
    INTERNAL_TOKEN_KEY: internalTokenKey,
  })
  .superRefine(refuseDemoKeyInProduction, always)
  .superRefine(({ NODE_ENV, JWT_PRIVATE_KEY }, check) => {
    const isTold = check.issues.some(({ path }) => path?.[0] === 'JWT_PRIVATE_KEY');
    if (NODE_ENV !== 'production' || JWT_PRIVATE_KEY || isTold) return;
    check.addIssue({
      code: 'custom',
      path: ['JWT_PRIVATE_KEY'],
      message: 'must be set in production: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 makes one',
    });
  }, always);

/** Every setting of the gateway, checked and frozen. `.env.example` explains each. */
export abstract class Config {}
export interface Config extends Readonly<z.infer<typeof settings>> {}

/** The names of the variables `loadConfig` reads. */
export const settingNames = Object.keys(settings.shape);

/**
 * Reads the gateway's settings.
 * @throws {SettingsError} naming all that are wrong
 */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  return readSettings(settings, environment);
}
