// npm run bench:streams: what 10,000 clients of server-sent events cost that mostly hear nothing, beside bare node:http.
import { setTimeout as passed } from 'node:timers/promises';
import { Load, p99 } from '#test/support/load';
import { build } from '#tools/launcher/build';
import { readOptions } from '#tools/launcher/read-options';
import { request } from 'undici';
import { startChild, stopChild } from './child.ts';
import { cpuMicrosOf, residentMegabytes } from './proc.ts';
import { buildContenders, type Server, startAtrium, startProgram } from './servers.ts';
import { StreamClient } from './stream-client.ts';

readOptions(
  'npm run bench:streams\n\nMeasures what 10,000 clients of server-sent events cost the gateway. Exits with 1 when a goal is missed.\n',
  {},
);

const STORM = 5_000;
const CLIENTS = 10_000;
const QUIET_MS = 30_000;
const OTHERS_PER_SECOND = 200;
const OTHERS_MS = 8_000;
const BROADCASTS = 5;

interface Measured {
  name: string;
  stormMs: number;
  lost: number;
  kbEach: number;
  corePercent: number;
  p99Before: number;
  p99With: number;
  broadcastP99Ms: number;
}

/** A server of streams: whom to ask, as whom, and how to say something to all. */
interface Streaming extends Server {
  name: string;
  headers: Record<string, string>;
  other: string;
  broadcast: { url: string; path: string };
}

await build();
buildContenders();
const upstreams = await startChild('bench/upstreams.ts');
const rows = [await measured(await bare()), await measured(await atrium())];
await stopChild(upstreams);
print(rows);

async function bare(): Promise<Streaming> {
  const server = await startProgram('sse.ts', {});
  return { ...server, name: 'node:http', headers: {}, other: '/', broadcast: { url: server.url, path: '/' } };
}

async function atrium(): Promise<Streaming> {
  const settings = { MAX_STREAMS: '12000', MAX_STREAMS_PER_CALLER: '12000', IDLE_TIMEOUT_MS: '60000' };
  const server = await startAtrium({ ...upstreams.report, ...settings });
  return {
    ...server,
    name: 'Atrium',
    headers: server.bearer(0, ['admin', 'profile:read', 'orders:read']),
    other: '/v1/products/p1?fields=product',
    broadcast: { url: server.adminUrl, path: '/admin/broadcast' },
  };
}

async function measured(server: Streaming): Promise<Measured> {
  const { name, pid } = server;
  process.stderr.write(`${name} …\n`);
  // The first round warms it up.
  await others(server);
  const p99Before = await others(server);
  await passed(1_000);
  const memoryBefore = residentMegabytes(pid);
  const startedAt = performance.now();
  const clients = await Promise.all(
    Array.from({ length: STORM }, () => StreamClient.open(server.url, server.headers)),
  );
  const stormMs = performance.now() - startedAt;
  while (clients.length < CLIENTS) {
    clients.push(
      ...(await Promise.all(Array.from({ length: 500 }, () => StreamClient.open(server.url, server.headers)))),
    );
  }
  const lost = clients.filter(({ isOpen }) => !isOpen).length;
  await passed(2_000);
  const cpuBefore = cpuMicrosOf(pid);
  await passed(QUIET_MS);
  const corePercent = (cpuMicrosOf(pid) - cpuBefore) / (QUIET_MS * 10);
  // By then what connecting left behind has been collected.
  const kbEach = ((residentMegabytes(pid) - memoryBefore) * 1024) / CLIENTS;
  const p99With = await others(server);
  const broadcastP99Ms = await broadcasts(server, clients);
  for (const client of clients) client.close();
  await server.stop();
  return { name, stormMs, lost, kbEach, corePercent, p99Before, p99With, broadcastP99Ms };
}

/** How long somebody else waits, in milliseconds. */
async function others({ url, other, headers }: Streaming): Promise<number> {
  const load = new Load(url, OTHERS_PER_SECOND, () => ({ path: other, headers }));
  await passed(OTHERS_MS);
  const samples = await load.stop();
  return p99(samples.slice(samples.length >> 2).map(({ durationMs }) => durationMs));
}

/** How long it takes until clients have heard what is said to all, in milliseconds. */
async function broadcasts({ broadcast, headers }: Streaming, clients: StreamClient[]): Promise<number> {
  const waits: number[] = [];
  for (let time = 0; time < BROADCASTS; time += 1) {
    const sentAt = performance.now();
    const heard = clients.map((client) => client.heard().then(() => waits.push(performance.now() - sentAt)));
    const answer = await request(`${broadcast.url}${broadcast.path}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'hello' }),
    });
    await answer.body.dump();
    await Promise.all(heard);
  }
  return p99(waits);
}

function print(all: Measured[]): void {
  const row = (what: string, of: (one: Measured) => string, goal: string) =>
    console.log(`| ${what} | ${all.map(of).join(' | ')} | ${goal} |`);
  console.log(`| ${CLIENTS.toLocaleString('en')} clients | ${all.map(({ name }) => name).join(' | ')} | goal |`);
  console.log(`| --- | ${all.map(() => '---').join(' | ')} | --- |`);
  row(`${STORM.toLocaleString('en')} connect at once`, ({ stormMs }) => `${stormMs.toFixed(0)} ms`, '');
  row('lost', ({ lost }) => String(lost), '0');
  row('memory of each', ({ kbEach }) => `${kbEach.toFixed(1)} kB`, '≤ 20 kB');
  row('CPU while nothing happens', ({ corePercent }) => `${corePercent.toFixed(1)} % of a core`, '< 10 %');
  const others = ({ p99Before, p99With }: Measured) => `${p99Before.toFixed(1)} → ${p99With.toFixed(1)} ms`;
  row('p99 of another request, without and with', others, '+ 10 %');
  row('p99 until a broadcast is heard', ({ broadcastP99Ms }) => `${broadcastP99Ms.toFixed(0)} ms`, '≤ 500 ms');
  const missed = all.at(-1)!;
  process.exitCode =
    missed.lost || missed.kbEach > 20 || missed.corePercent > 10 || missed.broadcastP99Ms > 500 ? 1 : 0;
}
