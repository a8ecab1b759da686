import { milliseconds, readSettings } from '#libs/process';
import { statelessSettings } from '#libs/service';

/** Every setting of the assistant. */
export const schema = statelessSettings(3005, { TOKEN_MS: milliseconds(20, 0, 10_000) });

/** The settings of the assistant. */
export type AssistantSettings = ReturnType<typeof readAssistantSettings>;

/**
 * Checks the environment of the assistant.
 * @throws {SettingsError} naming every invalid variable
 */
export function readAssistantSettings(environment: NodeJS.ProcessEnv) {
  return readSettings(schema, environment);
}
