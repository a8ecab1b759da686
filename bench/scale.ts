import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { asCallers, get } from './contenders.ts';
import { measure } from './measure.ts';
import { micros, type Section, times } from './section.ts';
import { startAtrium } from './servers.ts';

const ROUND_MS = 4_000;
/** The workers, whoever asks, and the upstreams. */
const CORES_NEEDED = 4;
const GOAL = 1.8;

/** What two workers do that one does not. @param redisUrl they share it */
export async function scale(upstreams: NodeJS.ProcessEnv, redisUrl: string): Promise<Section> {
  const figures = [];
  for (const WORKERS of ['1', '2']) {
    const server = await startAtrium({ ...upstreams, WORKERS, REDIS_URL: redisUrl, SHEDDING: 'off' });
    const target = { ...asCallers(server, get('/v1/home'), 200), pids: [server.pid, ...childrenOf(server.pid)] };
    await measure(target, ROUND_MS);
    figures.push(await measure(target, ROUND_MS));
    await server.stop();
  }
  const [one, two] = figures;
  const ratio = two!.requestsPerSecond / one!.requestsPerSecond;
  const cores = availableParallelism();
  const isFair = cores >= CORES_NEEDED;
  return {
    title: 'Two workers beside one',
    head: ['workers', 'requests/s', 'CPU for a request', ''],
    rows: [
      ['1', one!.requestsPerSecond.toFixed(0), micros(one!.cpuMicros), ''],
      [
        '2',
        two!.requestsPerSecond.toFixed(0),
        micros(two!.cpuMicros),
        `${times(ratio)}, goal ≥ ${GOAL} ×${isFair ? '' : ` where there are ${CORES_NEEDED} cores; here there are ${cores}`}`,
      ],
    ],
    missed: isFair && ratio < GOAL ? [`two workers do ${times(ratio)} what one does`] : [],
  };
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text ? text.split(' ').map(Number) : [];
}
