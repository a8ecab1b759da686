import type { Logger } from '#libs/observe';
import { watchSettings } from '#libs/process';
import type { InternalTokenKey } from './key.ts';
import { InternalTokenVerifier } from './verifier.ts';

/** The settings of a service that are about its callers. */
export interface CallerSettings {
  INTERNAL_TOKEN_KEY: readonly InternalTokenKey[];
}

/**
 * Verifies the callers of a service by the keys in its settings. Keys in a file are read again when it changes.
 * @param name the audience of the internal tokens
 * @returns the verifier, and what ends the watch of the file
 */
export function openVerifier(
  name: string,
  settings: CallerSettings,
  logger: Logger,
): [verifier: InternalTokenVerifier, stop: () => void] {
  const verifier = new InternalTokenVerifier(settings.INTERNAL_TOKEN_KEY, name);
  const stop = watchSettings(
    settings,
    ({ INTERNAL_TOKEN_KEY }) => {
      verifier.use(INTERNAL_TOKEN_KEY);
      logger.info({ keys: INTERNAL_TOKEN_KEY.length }, 'keys of internal tokens are read again');
    },
    (err) => logger.warn({ err }, 'changed settings are refused: nothing was changed'),
  );
  return [verifier, stop];
}
