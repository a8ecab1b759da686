import { declaredPriority, PRIORITIES, type Priority } from '#gateway/declare/priority';
import type { FastifyRequest } from 'fastify';

/** The part of the limit that each priority may use, so that less urgent requests leave room for urgent ones. */
export const SHARES: Record<Priority, number> = { interactive: 1, background: 0.8, export: 0.5 };

/** The priority of a request: the one its route declares, or a lower one from `X-Priority`. */
export function priorityOf(request: Pick<FastifyRequest, 'headers' | 'routeOptions'>): Priority {
  const declared = declaredPriority(request) ?? 'interactive';
  const requestedPriority = request.headers['x-priority'];
  if (requestedPriority === undefined) return declared;
  const lower = PRIORITIES.indexOf(requestedPriority as Priority);
  return lower > PRIORITIES.indexOf(declared) ? PRIORITIES[lower]! : declared;
}
