import { readFileSync } from 'node:fs';

/**
 * How many files, sockets included, this process may have open; undefined if it is unlimited or unknown, as on systems
 * other than Linux. Node.js raises its soft limit to the hard one when it starts.
 */
export function maxOpenFiles(): number | undefined {
  let limits: string;
  try {
    limits = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    return undefined;
  }
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? undefined : Number(soft);
}
