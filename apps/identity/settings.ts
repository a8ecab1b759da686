import { readSettings } from '#libs/process';
import { statelessSettings } from '#libs/service';
import { z } from 'zod';

const origin = z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value, {
  message: 'must be an origin, for example http://127.0.0.1:3000',
});

/** Every setting of the demo provider. */
export const schema = statelessSettings(3006, { GATEWAY_URL: origin.default('http://127.0.0.1:3000') });

/** The settings of the demo provider. */
export type IdentitySettings = ReturnType<typeof readIdentitySettings>;

/**
 * Checks the environment of the demo provider.
 * @throws {SettingsError} naming every invalid variable
 */
export function readIdentitySettings(environment: NodeJS.ProcessEnv) {
  return readSettings(schema, environment);
}
