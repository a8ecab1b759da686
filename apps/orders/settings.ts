import { milliseconds, readSettings } from '#libs/process';
import { serviceSettings } from '#libs/service';

/** Every setting of the orders service. */
export const schema = serviceSettings(3002, {
  /** The time that an order stays in one status, in milliseconds. */
  ORDER_STEP_MS: milliseconds(3_000),
});

/** The settings of the orders service. */
export type OrdersSettings = ReturnType<typeof readOrdersSettings>;

/**
 * Checks the environment of the orders service.
 * @throws {SettingsError} naming every invalid variable
 */
export function readOrdersSettings(environment: NodeJS.ProcessEnv) {
  return readSettings(schema, environment);
}
