import { declaredPriority, PRIORITIES, type Priority } from '#gateway/declare/priority';
import type { FastifyRequest } from 'fastify';

/** How much of the room each may use, so that the less urgent leaves some. */
export const SHARES: Record<Priority, number> = { interactive: 1, background: 0.8, export: 0.5 };

/** Routes that frameworks add, which cannot declare theirs: by how their path begins. */
const BY_PATH: readonly [string, Priority][] = [
  ['/openapi.json', 'background'],
  ['/docs', 'background'],
];

/** How urgent a request is: what its route declares, or less where `X-Priority` says so. */
export function priorityOf(request: Pick<FastifyRequest, 'raw' | 'headers' | 'routeOptions'>): Priority {
  const { url = '' } = request.raw;
  const declared =
    declaredPriority(request) ?? BY_PATH.find(([prefix]) => url.startsWith(prefix))?.[1] ?? 'interactive';
  const asked = request.headers['x-priority'];
  if (asked === undefined) return declared;
  const lower = PRIORITIES.indexOf(asked as Priority);
  return lower > PRIORITIES.indexOf(declared) ? PRIORITIES[lower]! : declared;
}
