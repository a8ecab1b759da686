import type { IncomingMessage } from 'node:http';

/** What goes first where not all can: somebody who waits, then what works for somebody, then what can wait. */
export const PRIORITIES = ['interactive', 'background', 'export'] as const;

/** How urgent a request is. */
export type Priority = (typeof PRIORITIES)[number];

/** How much of the room each may use, so that the less urgent leaves some. */
export const SHARES: Record<Priority, number> = { interactive: 1, background: 0.8, export: 0.5 };

/** Where requests are less urgent than others, by how their path begins. */
const BY_PATH: readonly [string, Priority][] = [
  ['/v1/assistant/', 'background'],
  ['/openapi.json', 'background'],
  ['/docs', 'background'],
];

/** How urgent a request is: what its path says, or less where `X-Priority` says so. */
export function priorityOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): Priority {
  const byPath = BY_PATH.find(([prefix]) => url.startsWith(prefix))?.[1] ?? 'interactive';
  const asked = headers['x-priority'];
  if (asked === undefined) return byPath;
  const lower = PRIORITIES.indexOf(asked as Priority);
  return lower > PRIORITIES.indexOf(byPath) ? PRIORITIES[lower]! : byPath;
}
