import { watchFiles } from '#libs/process';

/**
 * Calls `reload` when one of the files has changed, and at SIGHUP, until the process ends.
 * @param files the files that settings are read from, which may be others after a reload
 */
export function onReloadTrigger(files: () => Iterable<string>, reload: (cause: 'file' | 'signal') => void): void {
  process.on('SIGHUP', () => reload('signal'));
  watchFiles(files, () => reload('file'));
}
