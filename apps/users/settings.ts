import { readSettings } from '#libs/process';
import { serviceSettings } from '#libs/service';
import type { z } from 'zod';

/** Every setting of the users service. */
export const schema = serviceSettings(3001);

/** The settings of the users service. */
export type UsersSettings = Readonly<z.infer<typeof schema>>;

/**
 * The settings in an environment.
 * @throws {SettingsError} naming every invalid variable
 */
export function usersSettings(environment: NodeJS.ProcessEnv): UsersSettings {
  return readSettings(schema, environment);
}
