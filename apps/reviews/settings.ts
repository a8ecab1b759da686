import { readSettings } from '#libs/process';
import { serviceSettings } from '#libs/service';

/** Every setting of the reviews service. */
export const schema = serviceSettings(3004);

/** The settings of the reviews service. */
export type ReviewsSettings = ReturnType<typeof readReviewsSettings>;

/**
 * Checks the environment of the reviews service.
 * @throws {SettingsError} naming every invalid variable
 */
export function readReviewsSettings(environment: NodeJS.ProcessEnv) {
  return readSettings(schema, environment);
}
