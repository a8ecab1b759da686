import { isShared } from '#gateway/edge/http-cache/shared-answers';
import type { Hooks, Parts } from '#gateway/edge/stage/stage';
import type { TryRecord } from '#libs/upstream';

/**
 * Sends `Server-Timing` (W3C) with one entry for each upstream: the time of all its tries in milliseconds, and
 * their number if above one; with `pid`, also with the process that answered. Off in production by default, as it reveals
 * the architecture. Never sent on responses that caches share.
 */
export function serverTiming({ config: { SERVER_TIMING, NODE_ENV } }: Parts): Pick<Hooks, 'onSend'> {
  const mode = SERVER_TIMING ?? (NODE_ENV === 'production' ? 'off' : 'on');
  const own = mode === 'pid' ? [`process;desc="${process.pid}"`] : [];
  const onSend: Hooks['onSend'] = ({ context: { tries } }, reply, payload, done) => {
    if (mode === 'off') return done(null, payload);
    const all = [...own, ...entries(tries)];
    if (all.length && !isShared(reply)) void reply.header('server-timing', all.join(', '));
    done(null, payload);
  };
  return { onSend };
}

function entries(tries: readonly TryRecord[]): string[] {
  const byUpstream = Map.groupBy(tries, ({ upstream }) => upstream);
  return [...byUpstream].map(([upstream, its]) => entry(upstream, its));
}

function entry(upstream: string, tries: readonly TryRecord[]): string {
  const totalMs = tries.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const calls = tries.filter(({ number, isHedge }) => number === 1 && !isHedge).length;
  const counts = [counted(calls, 'call', 'calls'), ...(tries.length > calls ? [`${tries.length} tries`] : [])];
  return `${upstream};dur=${totalMs.toFixed(1)}${tries.length > 1 ? `;desc="${counts.join(', ')}"` : ''}`;
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
