import { isShared } from '#gateway/edge/http-cache/shared-answers';
import type { Hooks, Parts } from '#gateway/edge/stage/stage';
import type { TryRecord } from '#libs/upstream';

/**
 * Says in `Server-Timing` (W3C) how long was waited for each upstream: one entry an upstream, in milliseconds, all its
 * tries together, with their number where there was more than one. Off in production unless asked for: it tells
 * strangers how the house is built. Never on an answer that caches share: it is about one request.
 */
export function serverTiming({ config: { SERVER_TIMING, NODE_ENV } }: Parts): Pick<Hooks, 'onSend'> {
  const isOff = (SERVER_TIMING ?? (NODE_ENV === 'production' ? 'off' : 'on')) === 'off';
  const onSend: Hooks['onSend'] = ({ context: { tries } }, reply, payload, done) => {
    if (isOff) return done(null, payload);
    if (tries.length && !isShared(reply)) void reply.header('server-timing', entries(tries));
    done(null, payload);
  };
  return { onSend };
}

function entries(tries: readonly TryRecord[]): string {
  const byUpstream = Map.groupBy(tries, ({ upstream }) => upstream);
  return [...byUpstream].map(([upstream, its]) => entry(upstream, its)).join(', ');
}

function entry(upstream: string, tries: readonly TryRecord[]): string {
  const totalMs = tries.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const calls = tries.filter(({ number, isHedge }) => number === 1 && !isHedge).length;
  const counts = [counted(calls, 'call', 'calls'), ...(tries.length > calls ? [`${tries.length} tries`] : [])];
  return `${upstream};dur=${totalMs.toFixed(1)}${tries.length > 1 ? `;desc="${counts.join(', ')}"` : ''}`;
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
