import { internalTokenKey, refuseDemoKeyInProduction } from '#libs/internal-token';
import { checkOtel, LOG_LEVELS, otelSettings } from '#libs/observe';
import { host, port, secret } from '#libs/process';
import { z } from 'zod';
import { checkReplicas, storageSettings } from './storage-settings.ts';

/** The seed of the demo data; none if `off` or unset. 0 is rejected, because it is ambiguous. */
const demoSeed = z
  .string()
  .optional()
  .transform((value, check): number | undefined => {
    if (value === undefined || value === 'off') return undefined;
    if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
    check.addIssue({ code: 'custom', message: 'must be off, or a whole number from 1' });
    return z.NEVER;
  });

/** The settings of its storage and of its demo data. */
const storage = {
  ...storageSettings,
  SEED: demoSeed,
};

/** The settings of a demo service with data: the common ones and its own. @param portByDefault the default port */
export function serviceSettings<Own extends z.ZodRawShape = {}>(portByDefault: number, own: Own = {} as Own) {
  return statelessSettings(portByDefault, { ...storage, ...own }).superRefine(
    (settings, check) => checkReplicas(settings as never, check),
    { when: () => true },
  );
}

/** The same without the settings of the storage. */
export function statelessSettings<Own extends z.ZodRawShape>(portByDefault: number, own: Own) {
  const shared = z.object({
    NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
    PORT: port(portByDefault),
    HOST: host('127.0.0.1'),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
    INTERNAL_TOKEN_KEY: secret(internalTokenKey),
    ...otelSettings,
  });
  return shared
    .extend(own)
    .superRefine((settings, check) => refuseDemoKeyInProduction(settings as never, check), { when: () => true })
    .superRefine((settings, check) => checkOtel(settings as never, check), { when: () => true });
}
