import { isDeepStrictEqual } from 'node:util';
import { notingFiles } from './settings-files.ts';
import { rereadSettings } from './settings.ts';
import { watchFiles } from './watch-files.ts';

/**
 * Reads settings again when a file with one of their secrets changes. Where none is in a file, nothing is watched.
 * @param settings as `readSettings` has returned them
 * @param changed is called with the settings as they are then
 * @param refused is called in place of it where they are wrong
 * @returns ends the watch
 */
export function watchSettings<Settings extends object>(
  settings: Settings,
  changed: (settings: Settings) => void,
  refused: (error: unknown) => void,
): () => void {
  const read = () => notingFiles(() => rereadSettings(settings));
  const { paths } = read();
  if (!paths.size) return () => {};
  let current: object = settings;
  const readAgain = () => {
    const again = read();
    if ('error' in again) return refused(again.error);
    if (isDeepStrictEqual(again.value, current)) return;
    current = again.value;
    changed(again.value);
  };
  const stop = watchFiles(() => paths, readAgain);
  // It may have changed since the settings were read.
  readAgain();
  return stop;
}
