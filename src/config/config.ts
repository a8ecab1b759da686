import type { KeyObject } from 'node:crypto';
import { featureSettings } from '#gateway/features/settings/features.settings';
import { upstreamSettings } from '#gateway/upstreams/settings/upstreams.settings';
import { internalTokenKey, refuseDemoKeyInProduction } from '#libs/internal-token';
import { checkOtel, otelSettings } from '#libs/observe';
import {
  bytes,
  count,
  host as listenHost,
  type FilesRead,
  milliseconds,
  notingFiles,
  port,
  readSettings,
  secret,
} from '#libs/process';
import { z } from 'zod';
import { clientCertificateSettings, refuseHalfOfClientTls } from './client-certificates.ts';
import { changeableSettings, settingsFile } from './changeable-settings.ts';
import { FOLDERS } from './folders.ts';
import { CLIENT_SECRET_METHODS, httpsOrLoopback, issuersFile } from './issuers-file.ts';
import { jobSettings, refuseReadOnlyJobs } from './jobs.ts';
import { logSettings } from './log-destinations.ts';
import { keysFile, refuseTwoSetsOfKeys } from './keys-file.ts';
import { keys, privateKey } from './keys.ts';
import { authorizationParams, refuseHalfAProvider, scopeSources } from './oidc.ts';
import {
  blockedLoopMs,
  hostNames,
  list,
  origin,
  pageOrigin,
  proxyProtocol,
  sharedToken,
  tracesKept,
  trustProxy,
} from './values.ts';
import { otlpSignalSettings } from './otlp-signals.ts';
import { redisSettings, refuseHalfOfRedisTls } from './redis.ts';
import { refuseHalfAStorageKey, storageSettings } from './storage.ts';
import { sentryDsn } from './sentry-dsn.ts';
import { caFile, pairProblem, pemFile, secretPemFile } from './tls.ts';
import { addressSettings, refuseHealthPathsOfGrpc, refusePlainText } from './upstream-addresses.ts';
import { scanSettings } from './scan-url.ts';
import { refuseUnsharedProcesses, workerSettings } from './worker-processes.ts';
import { threadSettings } from './worker-threads.ts';
import { upstreamsFile } from './upstreams-file.ts';

/** Runs a check even if other settings are invalid, so that all mistakes are reported together: zod would skip it. */
const always = { when: () => true };

/** Every setting of the gateway, by the name of its environment variable. */
export const schema = z
  .object({
    NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
    HOST: listenHost('127.0.0.1'),
    PORT: port(3000),
    ADMIN_HOST: listenHost('127.0.0.1'),
    ADMIN_PORT: port(3009),
    ADMIN_HOSTS: hostNames,
    METRICS_TOKEN: secret(sharedToken.optional()),
    RECENT_REQUESTS_BYTES: bytes(4_194_304, 268_435_456, 0),
    HEAP_SNAPSHOTS: z.enum(['on', 'off']).optional(),
    ACCESS_LOG_SAMPLE: count(1),
    ACCESS_LOG_SLOW_MS: milliseconds(1_000),
    ...logSettings,
    SENTRY_DSN: secret(sentryDsn),
    ...otlpSignalSettings,
    TLS_CERT_FILE: pemFile,
    TLS_KEY_FILE: secretPemFile,
    ...clientCertificateSettings,
    ...workerSettings,
    ...threadSettings,
    ...scanSettings,
    BLOCKED_LOOP_MS: blockedLoopMs,
    DRAIN_MS: milliseconds(2_000, 0, 8_000),
    ...addressSettings,
    ...changeableSettings,
    SETTINGS_FILE: settingsFile,
    ...upstreamSettings,
    GRPC_CLIENT: z.enum(['http2', 'grpc-js']).default('http2'),
    UPSTREAMS_FILE: upstreamsFile,
    REHEARSAL_MINUTES: count(5, 0, 60),
    REHEARSAL_MEMORY_BYTES: bytes(4_194_304, 268_435_456, 131_072),
    ...redisSettings,
    ...storageSettings,
    ...jobSettings,
    CACHE: z.enum(['on', 'off']).default('on'),
    CACHE_MEMORY_BYTES: bytes(33_554_432),
    COMPRESSION: z.enum(['on', 'off']).default('on'),
    COMPRESSION_MIN_BYTES: bytes(1_000),
    COMPRESSION_MEMORY_BYTES: bytes(8_388_608),
    SERVER_TIMING: z.enum(['on', 'off', 'pid']).optional(),
    CORS_ORIGINS: z.string().default('').transform(list).pipe(z.array(pageOrigin)),
    TRUST_PROXY: trustProxy,
    PROXY_PROTOCOL: proxyProtocol,
    REQUEST_TIMEOUT_MS: milliseconds(3_000, 10, 600_000),
    BODY_LIMIT_BYTES: bytes(10_240),
    GRAPHQL_BODY_LIMIT_BYTES: bytes(65_536),
    HEADERS_LIMIT_BYTES: bytes(16_384),
    HEADERS_TIMEOUT_MS: milliseconds(10_000),
    REQUEST_READ_TIMEOUT_MS: milliseconds(30_000),
    IDLE_TIMEOUT_MS: milliseconds(30_000),
    KEEP_ALIVE_TIMEOUT_MS: milliseconds(72_000),
    MAX_UNFINISHED_BODIES: count(1_000),
    MAX_UNFINISHED_BODIES_PER_ADDRESS: count(100),
    ...featureSettings,
    STREAM_HEARTBEAT_MS: milliseconds(15_000, 15, 60_000),
    SHEDDING: z.enum(['on', 'off']).default('on'),
    GRAPHQL_MODE: z.enum(['open', 'trusted']).default('open'),
    GRAPHQL_PARTIAL_STATUS: z.enum(['200', '294']).default('200').transform(Number),
    CLIENTS_DIR: z.string().default(FOLDERS.CLIENTS_DIR),
    RELEASED_DIR: z.string().default(FOLDERS.RELEASED_DIR),
    PORTAL: z.enum(['on', 'admin', 'off']).default('on'),
    PORTAL_DIR: z.string().default(FOLDERS.PORTAL_DIR),
    STOREFRONT: z.enum(['on', 'off']).default('on'),
    STOREFRONT_DIR: z.string().default(FOLDERS.STOREFRONT_DIR),
    USAGE_DAYS: count(8, 0, 400),
    GRAPHQL_MAX_TOKENS: count(2_000),
    GRAPHQL_MAX_DEPTH: count(12),
    GRAPHQL_MAX_ROOT_FIELDS: count(20),
    GRAPHQL_MAX_ALIASES: count(30),
    GRAPHQL_MAX_DIRECTIVES: count(50),
    GRAPHQL_MAX_FIELDS: count(500),
    GRAPHQL_MAX_COST: count(2_000),
    RATE_LIMIT: z.enum(['on', 'off']).default('on'),
    MAX_SESSIONS_PER_ACCOUNT: count(50, 1, 1_000),
    JWT_PRIVATE_KEY: secret(privateKey.optional()),
    JWT_NEXT_KEY: secret(
      keys
        .pipe(z.array(z.any()).length(1, 'must be one key'))
        .optional()
        .transform((all) => all?.[0] as KeyObject | undefined),
    ),
    JWT_RETIRED_KEYS: secret(keys.prefault('')),
    JWT_KEYS_FILE: keysFile,
    JWT_ALGORITHM: z.enum(['RS256', 'ES256']).default('RS256'),
    JWT_ISSUER: z.string().default('atrium'),
    DPOP_NONCE: z.enum(['on', 'off']).default('off'),
    JWT_AUDIENCE: z.string().default('atrium'),
    ISSUERS_FILE: issuersFile,
    PUBLIC_URL: origin.optional(),
    OIDC_ISSUER: z.string().optional(),
    OIDC_METADATA_URL: httpsOrLoopback.optional(),
    OIDC_CLIENT_ID: z.string().optional(),
    OIDC_CLIENT_SECRET: secret(z.string().optional()),
    OIDC_CLIENT_KEY: secret(privateKey.optional()),
    OIDC_CA_FILE: caFile,
    OIDC_SCOPE: z.string().default('openid profile offline_access'),
    OIDC_CONSENT: z.enum(['on', 'off']).default('on'),
    OIDC_CLIENT_AUTH: z.enum(['auto', ...CLIENT_SECRET_METHODS]).default('auto'),
    OIDC_PAR: z.enum(['auto', 'on']).default('auto'),
    OIDC_DPOP: z.enum(['on', 'off']).default('off'),
    OIDC_AUTHORIZATION_PARAMS: authorizationParams,
    OIDC_SCOPES_FROM: scopeSources,
    OIDC_SESSION_MS: milliseconds(28_800_000, 60_000, 2_592_000_000),
    OIDC_END_SESSION: z.enum(['on', 'off']).default('on'),
    OIDC_POST_LOGOUT_URL: z
      .url({ protocol: /^https?$/, message: 'must be an http:// or https:// URL' })
      .optional(),
    OIDC_REVOCATION: z.enum(['on', 'off']).default('on'),
    INTERNAL_TOKEN_KEY: secret(internalTokenKey),
    ...otelSettings,
    TRACES_KEEP: tracesKept,
    TRACES_SLOW_MS: milliseconds(1_000),
  })
  .superRefine(refuseDemoKeyInProduction, always)
  .superRefine(checkOtel, always)
  .superRefine(refuseTwoSetsOfKeys, always)
  .superRefine(({ NODE_ENV, JWT_PRIVATE_KEY, JWT_KEYS_FILE }, check) => {
    const isReported = check.issues.some(({ path }) => /^JWT_(PRIVATE_KEY|KEYS_FILE)$/.test(String(path?.[0])));
    if (NODE_ENV !== 'production' || JWT_PRIVATE_KEY || JWT_KEYS_FILE || isReported) return;
    check.addIssue({
      code: 'custom',
      path: ['JWT_PRIVATE_KEY'],
      message: 'must be set in production: npm run keys:new makes one',
    });
  }, always)
  .superRefine(({ TLS_CERT_FILE, TLS_KEY_FILE }, check) => {
    const refuse = (path: string, message: string) => check.addIssue({ code: 'custom', path: [path], message });
    if (TLS_CERT_FILE && !TLS_KEY_FILE) refuse('TLS_KEY_FILE', 'must be set where TLS_CERT_FILE is');
    if (TLS_KEY_FILE && !TLS_CERT_FILE) refuse('TLS_CERT_FILE', 'must be set where TLS_KEY_FILE is');
    if (!TLS_CERT_FILE || !TLS_KEY_FILE) return;
    const problem = pairProblem(TLS_CERT_FILE, TLS_KEY_FILE, 'TLS_CERT_FILE');
    if (problem) refuse('TLS_KEY_FILE', problem);
  }, always)
  .superRefine(refuseHalfOfClientTls, always)
  .superRefine(refuseHalfOfRedisTls, always)
  .superRefine(refusePlainText, always)
  .superRefine(refuseHealthPathsOfGrpc, always)
  .superRefine(refuseReadOnlyJobs, always)
  .superRefine(refuseHalfAStorageKey, always)
  .superRefine((settings, check) => refuseUnsharedProcesses(settings, check), always)
  .superRefine(refuseHalfAProvider, always);

/** All settings of the gateway, validated and frozen. `.env.example` explains each. */
export abstract class Config {}
export interface Config extends Readonly<z.infer<typeof schema>> {}

/** The names of the environment variables that `loadConfig` reads. */
export const settingNames = Object.keys(schema.shape);

/** Where each configuration was read from. */
const sources = new WeakMap<Config, { environment: NodeJS.ProcessEnv; files: FilesRead }>();

/** Reads the gateway's settings from the environment. @throws {SettingsError} naming every invalid setting */
export function loadConfig(environment: NodeJS.ProcessEnv): Config {
  const read = readConfig(environment);
  if ('error' in read) throw read.error;
  return read.value;
}

/** Reads the files of a configuration again, and the same environment: the configuration that a restart would have. */
export const rereadConfig = (config: Config) => readConfig(sources.get(config)!.environment);

/** The files that a configuration was read from. */
export const filesOf = (config: Config): FilesRead => sources.get(config)!.files;

function readConfig(environment: NodeJS.ProcessEnv) {
  const read = notingFiles(() => readSettings(schema, environment));
  if ('error' in read) return read;
  const config: Config = Object.freeze({ ...read.value, ...read.value.SETTINGS_FILE });
  sources.set(config, { environment, files: read });
  return { ...read, value: config };
}
