/** What a confined process may do besides computing. */
export interface Permissions {
  /** Absolute paths of files and folders that it may read; a folder with all that is in it, `name*` all that begins so. */
  read: readonly string[];
  /** The same for writing, which includes reading. */
  write: readonly string[];
  capabilities: readonly Capability[];
}

/** What Node's permission model allows as a whole or not at all. */
export type Capability = 'addons' | 'child-process' | 'inspector' | 'net' | 'worker';

/** Whether this process runs under Node's permission model: what it was not allowed at its start is denied. */
export const isConfined = (): boolean => Boolean(process.permission as unknown);

/** Flags of Node for a process that may do only this. Releases that cannot deny a capability have no flag for it. */
export function permissionFlags({ read, write, capabilities }: Permissions): string[] {
  const known = capabilities.filter((name) => process.allowedNodeEnvironmentFlags.has(`--allow-${name}`));
  return [
    '--permission',
    // Each start would warn of each capability.
    '--disable-warning=SecurityWarning',
    '--disable-warning=ExperimentalWarning',
    ...unique([...read, ...write]).map((path) => `--allow-fs-read=${path}`),
    ...unique(write).map((path) => `--allow-fs-write=${path}`),
    ...known.map((name) => `--allow-${name}`),
  ];
}

/**
 * Replaces this process by a confined one with the same program, arguments and process id. Returns where this one
 * is confined already.
 * @param environment of the process
 * @param permissions is called only if it is not
 * @param flags further flags of Node, for example `--allow-fs-read=/srv/more`
 * @throws {Error} where a process cannot be replaced
 */
export function confine(
  environment: NodeJS.ProcessEnv,
  permissions: () => Permissions,
  flags: readonly string[] = [],
): void {
  if (isConfined()) return;
  if (!process.execve) throw new Error('a confined process needs Linux or macOS, and Node 24 or later');
  const options = [...process.execArgv, ...permissionFlags(permissions()), ...flags];
  process.execve(process.execPath, [process.execPath, ...options, ...process.argv.slice(1)], environment);
}

const unique = (paths: readonly string[]) => [...new Set(paths)];
