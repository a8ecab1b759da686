import { connect, type Socket } from 'node:net';
import { asCallers, get } from './contenders.ts';
import { median } from './goals.ts';
import { measure, type Target } from './measure.ts';
import { micros, type Section, times } from './section.ts';
import { type AtriumServer, startAtrium } from './servers.ts';

const [FEW, MANY] = [10, 10_000];
const ROUNDS = 3;
const ROUND_MS = 2_000;
/** More than this is no noise. */
const MAX_GROWTH = 1.25;

/** What a request costs where there is a thousand times more of something. */
export async function growth(upstreams: NodeJS.ProcessEnv): Promise<Section> {
  // A few hundred products' worth of memory would be evicted by so many callers: what grows here is what is kept.
  const server = await startAtrium({ ...upstreams, CACHE_MEMORY_BYTES: '268435456' });
  // What is the caller's own expires before ten thousand have asked: that would be misses, and not growth.
  const page = (callers: number) => asCallers(server, get('/v1/products/p1?fields=product'), callers);
  const products = (count: number): Target => {
    const { pid, url } = server;
    const headers = server.bearer(0);
    let next = 0;
    return { pid, url, path: () => `/v1/products/g${next++ % count}`, headers: () => headers };
  };
  const rows = [
    await row('callers, each with a session, a token and a limit', page(FEW), page(MANY)),
    await row('cached products', products(FEW), products(MANY)),
    await withConnections(server, page(FEW)),
  ];
  await server.stop();
  const missed = rows
    .filter(({ ratio }) => ratio > MAX_GROWTH)
    .map(({ what, ratio }) => `${what}: ${times(ratio)}`);
  return {
    title: `CPU for a request, with ${FEW} and with ${MANY.toLocaleString('en')}`,
    head: ['', String(FEW), MANY.toLocaleString('en'), 'ratio', 'goal'],
    rows: rows.map(({ what, few, many, ratio }) => [
      what,
      micros(few),
      micros(many),
      times(ratio),
      `≤ ${MAX_GROWTH} ×`,
    ]),
    missed,
  };
}

async function row(what: string, few: Target, many: Target) {
  await warm(few, FEW);
  await warm(many, MANY);
  const rounds: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push([(await measure(few, ROUND_MS)).cpuMicros, (await measure(many, ROUND_MS)).cpuMicros]);
  }
  return summed(what, rounds);
}

async function withConnections(server: AtriumServer, target: Target) {
  const rounds: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = (await measure(target, ROUND_MS)).cpuMicros;
    const sockets = await opened(server, MANY);
    rounds.push([before, (await measure(target, ROUND_MS)).cpuMicros]);
    for (const socket of sockets) socket.destroy();
  }
  return summed('open connections that say nothing', rounds);
}

function summed(what: string, rounds: [number, number][]) {
  const of = (pick: (pair: [number, number]) => number) => median(rounds.map(pick));
  return { what, few: of(([few]) => few), many: of(([, many]) => many), ratio: of(([few, many]) => many / few) };
}

/** Until each has been asked for, and remembered. */
async function warm(target: Target, count: number): Promise<void> {
  for (let requested = 0; requested < count * 1.5;) requested += (await measure(target, 1_000)).requestsPerSecond;
}

async function opened({ url }: AtriumServer, count: number): Promise<Socket[]> {
  const port = Number(new URL(url).port);
  const sockets: Socket[] = [];
  const open = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', resolve).once('error', reject);
      sockets.push(socket);
    });
  while (sockets.length < count) await Promise.all(Array.from({ length: 100 }, open));
  return sockets;
}
