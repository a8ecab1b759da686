import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './goals.ts';
import type { Section } from './section.ts';
import { type Server, startAtrium, startProgram } from './servers.ts';

const TIMES = 5;
const LONGEST_MS = 1_500;
const MOST_MB = 120;

/** How long a process takes to start, and what it takes when nobody asks, one at a time and with what is compiled kept. */
export async function starts(upstreams: Record<string, string>): Promise<Section> {
  const NODE_COMPILE_CACHE = mkdtempSync(join(tmpdir(), 'compiled-'));
  const env = { ...upstreams, NODE_COMPILE_CACHE };
  const rows: string[][] = [];
  const row = async (name: string, start: () => Promise<Server>) => {
    const figures: Server[] = [];
    for (let time = 0; time <= TIMES; time += 1) {
      const server = await start();
      await server.stop();
      // The first one compiles.
      if (time > 0) figures.push(server);
    }
    const [readyMs, idleMb] = [
      median(figures.map((one) => one.readyMs)),
      median(figures.map((one) => one.idleMb)),
    ];
    rows.push([name, `${readyMs.toFixed(0)} ms`, `${idleMb.toFixed(0)} MB`]);
    return { readyMs, idleMb };
  };
  await row('node:http and the three calls', () => startProgram('bare-http.ts', env));
  await row('Mercurius with JIT', () => startProgram('mercurius.ts', env));
  await row('Apollo Server 5 on Fastify', () => startProgram('apollo.ts', env));
  await row('Nest 12 with Apollo', () => startProgram('nest.ts', env));
  const { readyMs, idleMb } = await row('Atrium', () => startAtrium(env));
  return {
    title: `Alone on the machine, goals ${LONGEST_MS} ms and ${MOST_MB} MB`,
    head: ['', 'ready after', 'at rest'],
    rows,
    missed: [
      ...(readyMs > LONGEST_MS ? [`ready after ${readyMs.toFixed(0)} ms`] : []),
      ...(idleMb > MOST_MB ? [`${idleMb.toFixed(0)} MB at rest`] : []),
    ],
  };
}
