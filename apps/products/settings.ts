import { readSettings } from '#libs/process';
import { serviceSettings } from '#libs/service';

/** Every setting of the products service. */
export const schema = serviceSettings(3003);

/** The settings of the products service. */
export type ProductsSettings = ReturnType<typeof readProductsSettings>;

/**
 * Checks the environment of the products service.
 * @throws {SettingsError} naming every invalid variable
 */
export function readProductsSettings(environment: NodeJS.ProcessEnv) {
  return readSettings(schema, environment);
}
