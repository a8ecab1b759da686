/**
 * The file that PM2 has for the output of this process; undefined where it reads standard output. In its cluster mode it replaces
 * `process.stdout.write`, and standard output is that of PM2's daemon: what is written there is in `pm2.log`, among lines of its own.
 */
export function pm2LogFile(): string | undefined {
  const { pm_out_log_path: file, disable_logs: areDisabled } = process.env;
  if (!file || !Object.hasOwn(process.stdout, 'write')) return undefined;
  return file === 'NULL' || areDisabled === 'true' ? '/dev/null' : file;
}

/** Calls `reopen` at `pm2 reloadLogs`, which follows a rotation: the file of before has another name then. */
export function onReloadLogs(reopen: () => void): void {
  process.on('message', (message: { type?: unknown } | null) => {
    if (message?.type === 'log:reload') reopen();
  });
}
