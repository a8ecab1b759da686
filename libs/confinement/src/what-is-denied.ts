/** A denial by Node's permission model. Those of connections have no fields but the code. */
interface AccessDenied extends Error {
  code?: string;
  permission?: string;
  resource?: string;
}

const FLAGS: Record<string, [action: string, flag: string]> = {
  FileSystemRead: ['read', '--allow-fs-read'],
  FileSystemWrite: ['write', '--allow-fs-write'],
  ChildProcess: ['start', '--allow-child-process'],
  WorkerThreads: ['start threads', '--allow-worker'],
  Net: ['use the network', '--allow-net'],
  Inspector: ['use the inspector', '--allow-inspector'],
};

/** What a confined process was denied, with the flag that would allow it; undefined for other errors. */
export function whatIsDenied(error: unknown): string | undefined {
  const { code, permission = 'Net', resource, message } = (error ?? {}) as AccessDenied;
  if (code === 'ERR_DLOPEN_DISABLED')
    return 'a confined process may not load native code: --allow-addons would allow it';
  if (code !== 'ERR_ACCESS_DENIED') return undefined;
  const known = FLAGS[permission];
  if (!known) return message;
  const [action, flag] = known;
  const isPath = permission.startsWith('FileSystem');
  const what = isPath || permission === 'ChildProcess' ? ` ${resource}` : '';
  return `a confined process may not ${action}${what}: ${flag}${isPath ? `=${resource}` : ''} would allow it`;
}
