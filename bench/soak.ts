import { setTimeout as passed } from 'node:timers/promises';
import { Load } from '#test/support/load';
import { residentMegabytes } from './proc.ts';
import type { Section } from './section.ts';
import { HOME_DOCUMENT, startAtrium } from './servers.ts';

const PER_SECOND = 300;
const EVERY_MS = 5_000;
const CALLERS = 2_000;
/** What grows at first is what is compiled and remembered. */
const SETTLING_MS = 60_000;
const MAX_PER_MINUTE = 1;

/** How memory grows under an even load of everything. */
export async function soak(upstreams: NodeJS.ProcessEnv, minutes: number): Promise<Section> {
  const server = await startAtrium(upstreams);
  const headers = Array.from({ length: CALLERS }, (_, n) => server.bearer(n));
  const post = (body: object) => ({ path: '/graphql', method: 'POST' as const, body });
  const kinds = [
    { path: '/v1/home' },
    post({ documentId: 'web/home' }),
    post({ query: HOME_DOCUMENT.replace(/^query \w+/m, 'query Mine') }),
    { path: '/v1/products/p1' },
    { path: '/v1/nowhere' },
  ];
  const load = new Load(server.url, PER_SECOND, (n) => ({
    ...kinds[n % kinds.length]!,
    headers: headers[n % CALLERS]!,
  }));
  const points: [minute: number, megabytes: number][] = [];
  const since = performance.now();
  while (performance.now() - since < minutes * 60_000) {
    await passed(EVERY_MS);
    // What has been answered is not looked at.
    load.samples.length = 0;
    const at = performance.now() - since;
    const megabytes = residentMegabytes(server.pid);
    process.stderr.write(`${(at / 60_000).toFixed(1)} min  ${megabytes.toFixed(0)} MB\n`);
    if (at >= SETTLING_MS) points.push([at / 60_000, megabytes]);
  }
  await load.stop();
  await server.stop();
  const slope = slopeOf(points);
  return {
    title: `${minutes} minutes of ${PER_SECOND} requests/s`,
    head: ['after a minute', 'at the end', 'slope', 'goal'],
    rows: [
      [
        `${points[0]![1].toFixed(0)} MB`,
        `${points.at(-1)![1].toFixed(0)} MB`,
        `${slope.toFixed(2)} MB/min`,
        `≤ ${MAX_PER_MINUTE} MB/min`,
      ],
    ],
    missed: slope <= MAX_PER_MINUTE ? [] : [`memory grows by ${slope.toFixed(2)} MB a minute`],
  };
}

/** Of the line of least squares. */
function slopeOf(points: readonly [number, number][]): number {
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const above = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0);
  return above / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
}
