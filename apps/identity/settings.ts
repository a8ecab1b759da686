import { LOG_LEVELS } from '#libs/observe';
import { port, readSettings } from '#libs/process';
import { z } from 'zod';

const origin = z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value, {
  message: 'must be an origin, for example http://127.0.0.1:3000',
});

const schema = z.object({
  PORT: port(3006),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  GATEWAY_URL: origin.default('http://127.0.0.1:3000'),
});

/** What the demo provider is told by its environment. */
export type IdentitySettings = ReturnType<typeof readIdentitySettings>;

/** The names of the variables it reads. */
export const settingNames = Object.keys(schema.shape);

/**
 * Checks the environment of the demo provider.
 * @throws {SettingsError} naming every variable that is wrong
 */
export function readIdentitySettings(environment: NodeJS.ProcessEnv) {
  return readSettings(schema, environment);
}
