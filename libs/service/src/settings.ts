import { internalTokenKey, refuseDemoKeyInProduction } from '#libs/internal-token';
import { LOG_LEVELS } from '#libs/observe';
import { port } from '#libs/process';
import { z } from 'zod';

/**
 * The settings every demo service has, and its own.
 * @param portByDefault its place in the list of ports
 */
export function serviceSettings<Own extends z.ZodRawShape = {}>(portByDefault: number, own: Own = {} as Own) {
  const shared = z.object({
    NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
    PORT: port(portByDefault),
    HOST: z.string().default('127.0.0.1'),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, message: 'must be a postgres:// address' }).optional(),
    DATA_DIR: z.string().default('.data'),
    SEED: z.coerce.number('must be a whole number').int('must be a whole number').min(0).optional(),
    INTERNAL_TOKEN_KEY: internalTokenKey,
  });
  return shared
    .extend(own)
    .superRefine((settings, check) => refuseDemoKeyInProduction(settings as never, check), { when: () => true });
}
