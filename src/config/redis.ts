import { isRedisAddress, type RedisTls } from '#libs/redis';
import { milliseconds, secret } from '#libs/process';
import { z } from 'zod';
import { caFile, pairProblem, pemFile, secretPemFile } from './tls.ts';

/** The URL of Redis. */
const redisUrl = z
  .string()
  .trim()
  .refine(
    isRedisAddress,
    'must be redis:// or rediss://, user:password@ or :password@, host:port and /database; or redis+sentinel://host:port,…/name (and ?sentinelPassword=… where sentinels have one), or redis+cluster://host:port,…; with @ : / ? # and % in a password as %40 %3A %2F %3F %23 and %25',
  );

/** The settings of Redis. */
export const redisSettings = {
  REDIS_URL: secret(redisUrl.optional()),
  REDIS_COMMAND_TIMEOUT_MS: milliseconds(50, 1, 10_000),
  REDIS_CA_FILE: caFile,
  REDIS_CERT_FILE: pemFile,
  REDIS_KEY_FILE: secretPemFile,
};

interface RedisFiles {
  REDIS_URL?: string | undefined;
  REDIS_CA_FILE?: string | undefined;
  REDIS_CERT_FILE?: string | undefined;
  REDIS_KEY_FILE?: string | undefined;
}

/** The TLS of the connections to Redis. */
export const redisTls = ({ REDIS_CA_FILE, REDIS_CERT_FILE, REDIS_KEY_FILE }: RedisFiles): RedisTls => ({
  ca: REDIS_CA_FILE,
  cert: REDIS_CERT_FILE,
  key: REDIS_KEY_FILE,
});

/** Requires a certificate and its key to come together, and TLS where any of them is set: it would not be used. */
export function refuseHalfOfRedisTls(files: RedisFiles, check: z.core.$RefinementCtx): void {
  const refuse = (path: string, message: string) => check.addIssue({ code: 'custom', path: [path], message });
  const { REDIS_URL, REDIS_CERT_FILE, REDIS_KEY_FILE } = files;
  if (REDIS_CERT_FILE && !REDIS_KEY_FILE) refuse('REDIS_KEY_FILE', 'must be set where REDIS_CERT_FILE is');
  if (REDIS_KEY_FILE && !REDIS_CERT_FILE) refuse('REDIS_CERT_FILE', 'must be set where REDIS_KEY_FILE is');
  const problem =
    REDIS_CERT_FILE && REDIS_KEY_FILE && pairProblem(REDIS_CERT_FILE, REDIS_KEY_FILE, 'REDIS_CERT_FILE');
  if (problem) refuse('REDIS_KEY_FILE', problem);
  if (Object.values(redisTls(files)).some(Boolean) && !REDIS_URL?.startsWith('rediss'))
    refuse('REDIS_URL', 'must begin with rediss where REDIS_CA_FILE or REDIS_CERT_FILE is set');
}
