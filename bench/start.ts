import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './goals.ts';
import type { Section } from './section.ts';
import { type Server, startAtrium, startProgram } from './servers.ts';

const TIMES = 5;
/** What Atrium is compared with: the same framework and engine, with nothing else. */
const PLAIN = 'Nest 12 with Apollo';
const ATRIUM = 'Atrium';
/** The most that Atrium may take, as multiples of that. */
const GOALS = { readyMs: 1.2, idleMb: 0.75 };

/**
 * How long a process takes to start, and what it takes when nobody asks, one at a time and with what is compiled kept. They
 * take turns, so that a machine that is busy for a while is so for each of them.
 */
export async function starts(upstreams: Record<string, string>): Promise<Section> {
  const NODE_COMPILE_CACHE = mkdtempSync(join(tmpdir(), 'compiled-'));
  const env = { ...upstreams, NODE_COMPILE_CACHE };
  const contenders: [name: string, start: () => Promise<Server>][] = [
    ['node:http and the three calls', () => startProgram('bare-http.ts', env)],
    ['Mercurius with JIT', () => startProgram('mercurius.ts', env)],
    ['Apollo Server 5 on Fastify', () => startProgram('apollo.ts', env)],
    [PLAIN, () => startProgram('nest.ts', env)],
    [ATRIUM, () => startAtrium(env)],
  ];
  const measured = new Map(contenders.map(([name]) => [name, [] as Server[]]));
  for (let time = 0; time <= TIMES; time += 1) {
    for (const [name, start] of contenders) {
      const server = await start();
      await server.stop();
      // The first one compiles.
      if (time > 0) measured.get(name)!.push(server);
    }
  }
  const figureOf = (name: string, figure: keyof typeof GOALS) =>
    median(measured.get(name)!.map((server) => server[figure]));
  const ratio = (figure: keyof typeof GOALS) => figureOf(ATRIUM, figure) / figureOf(PLAIN, figure);
  const missed = (figure: keyof typeof GOALS, what: string) =>
    ratio(figure) > GOALS[figure] ? [`${what} ${ratio(figure).toFixed(2)} × ${PLAIN}`] : [];
  return {
    title: `Alone on the machine, goals ${GOALS.readyMs} × and ${GOALS.idleMb} × ${PLAIN}`,
    head: ['', 'ready after', 'at rest'],
    rows: [
      ...contenders.map(([name]) => [
        name,
        `${figureOf(name, 'readyMs').toFixed(0)} ms`,
        `${figureOf(name, 'idleMb').toFixed(0)} MB`,
      ]),
      [`${ATRIUM} : ${PLAIN}`, `${ratio('readyMs').toFixed(2)} ×`, `${ratio('idleMb').toFixed(2)} ×`],
    ],
    missed: [...missed('readyMs', 'ready after'), ...missed('idleMb', 'at rest')],
  };
}
