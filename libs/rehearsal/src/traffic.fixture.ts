import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as passed } from 'node:timers/promises';
import { DEMO_INTERNAL_TOKEN_KEY, InternalTokenSigner } from '#libs/internal-token';
import { seededRandom } from '#libs/testing';
import { Context, UpstreamClients, upstreamSettings } from '#libs/upstream';
import { CallLog } from './call-log.ts';
import type { Recording } from './recording.ts';

/** Settings of the policies, as in UPSTREAMS_FILE. */
export type Settings = Parameters<typeof upstreamSettings.parse>[0];

/** How a service responds to a request: after which time, with which status. */
export type Pattern = (sinceMs: number, random: () => number) => { afterMs: number; status: number };

/** Traffic: requests at random times, alike for the same seed. */
export interface Traffic {
  perSecond: number;
  durationMs: number;
  pattern: Pattern;
}

export const REQUEST_TIMEOUT_MS = 3_000;
/** The service of the traffic. */
export const SERVICE = 'users';

/** The settings of the service, complete, by its name. */
export const settingsOf = (settings: Settings) => ({ [SERVICE]: upstreamSettings.parse(settings) });

/** What was recorded of traffic, and for how long at most this process stood still meanwhile, in milliseconds. */
export interface Recorded {
  recording: Recording;
  stallMs: number;
}

/** Runs traffic against a real service over sockets, with these policies. */
export async function recorded(
  settings: Settings,
  { perSecond, durationMs, pattern }: Traffic,
): Promise<Recorded> {
  const log = new CallLog({ minutes: 5, maxBytes: 16_777_216 });
  const random = seededRandom(7);
  let startedAt = 0;
  const server = createServer((request, response) => {
    const { afterMs, status } = pattern(performance.now() - startedAt, random);
    const timer = setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    }, afterMs);
    response.once('close', () => clearTimeout(timer));
    request.resume();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const clients = new UpstreamClients({
    tokens: new InternalTokenSigner(DEMO_INTERNAL_TOKEN_KEY),
    settings: settingsOf(settings),
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    onCall: log.addCall,
  });
  clients.watchTries((record, error) => log.addTry(record, error));
  const client = clients.rest(SERVICE, [`http://127.0.0.1:${(server.address() as AddressInfo).port}`]);
  const call = client.operation('GET', '/things/{id}');

  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  startedAt = performance.now();
  const arrivals = seededRandom(11);
  const running: Promise<unknown>[] = [];
  for (let at = 0, id = 0; at < durationMs; at -= (Math.log(1 - arrivals()) * 1_000) / perSecond, id += 1) {
    const leftMs = startedAt + at - performance.now();
    if (leftMs > 1) await passed(leftMs);
    const request = new Context({ log: { requestId: `r-${id}` }, timeoutMs: REQUEST_TIMEOUT_MS });
    running.push(call(request, { params: { id: `${id}` } }).catch(() => {}));
  }
  await Promise.all(running);
  delay.disable();
  await clients.close();
  server.closeAllConnections();
  server.close();
  return { recording: log.recording(), stallMs: delay.max / 1e6 };
}
