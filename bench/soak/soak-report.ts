import { machine, table } from '#bench/report';
import type { Outcomes } from './outcomes.ts';
import type { Sample } from './sample.ts';
import { slopeOf } from './slope.ts';

const GOALS = { mbPerMinute: 1, heapMbPerMinute: 0.2, descriptorsPerMinute: 0.2, resourcesPerMinute: 0.2 };

/** A run so far. */
export interface SoakRun {
  command: string;
  startedAt: Date;
  isOver: boolean;
  load: string;
  samples: readonly Sample[];
  outcomes: Outcomes;
  streams: { opened: number; refused: number; events: number };
  reloads: number;
  restarts: readonly string[];
}

/** What grows by more than its goal. */
export const missedIn = ({ samples }: SoakRun): string[] =>
  growths(samples)
    .filter(({ slope, goal }) => goal !== undefined && !(slope <= goal))
    .map(({ what, slope, unit }) => `${what} grows by ${slope.toFixed(2)} ${unit} a minute`);

/** The run as Markdown. */
export function reportOf(run: SoakRun): string {
  const { samples, outcomes, streams, startedAt } = run;
  const { cpu, cores, node, kernel } = machine();
  const minutes = Math.round(samples.at(-1)?.minute ?? 0);
  const rows = growths(samples).map(({ what, from, to, slope, unit, goal }) => [
    what,
    `${figure(from)} ${unit}`,
    `${figure(to)} ${unit}`,
    `${slope.toFixed(2)} ${unit}/min`,
    goal === undefined ? '' : `≤ ${goal}`,
    goal === undefined ? '' : slope <= goal ? 'met' : 'missed',
  ]);
  const byOutcome = [...outcomes.byKind].map(([kind, counts]) => [kind, counted(counts)]);
  return `# ${startedAt.toISOString().slice(0, 10)}, ${run.isOver ? '' : 'the first '}${minutes} minutes of a soak

\`${run.command}\` on ${cores} × ${cpu}, Linux ${kernel}, Node ${node}, beside other work. One gateway, four services
and Redis; ${run.load}. ${run.reloads} reloads of settings, ${run.restarts.length} restarts of a service.

${table(['gateway', 'after a quarter', 'at the end', 'slope of the last ¾', 'goal', ''], rows)}

Descriptors at the end: ${counted(samples.at(-1)?.descriptorsByKind)}. Resources: ${counted(samples.at(-1)?.resourcesByType)}.
Streams were opened ${streams.opened} times, refused ${streams.refused} times, and brought ${streams.events} events.

${table(['requests', 'outcomes'], byOutcome)}

${outcomes.failed} of ${outcomes.total} requests had a status from 500 or no answer.
`;
}

interface Growth {
  what: string;
  unit: string;
  from: number;
  to: number;
  slope: number;
  goal?: number;
}

/** How each figure went on in the last three quarters. */
function growths(samples: readonly Sample[]): Growth[] {
  const late = samples.slice(samples.length >> 2);
  const of = (what: string, unit: string, pick: (sample: Sample) => number | undefined, goal?: number) => {
    const points = late.flatMap((sample) => {
      const value = pick(sample);
      return value === undefined ? [] : [[sample.minute, value] as const];
    });
    const [from, to] = [points[0]?.[1] ?? NaN, points.at(-1)?.[1] ?? NaN];
    return {
      what,
      unit,
      from,
      to,
      slope: slopeOf(points),
      ...(goal !== undefined && points.length > 1 && { goal }),
    };
  };
  return [
    of('resident memory', 'MB', ({ rss }) => rss, GOALS.mbPerMinute),
    of('heap after a full collection', 'MB', ({ heapCollected }) => heapCollected, GOALS.heapMbPerMinute),
    of('external memory', 'MB', ({ external }) => external),
    of('file descriptors', '', ({ descriptors }) => descriptors, GOALS.descriptorsPerMinute),
    of('active resources', '', ({ resources }) => resources, GOALS.resourcesPerMinute),
    of('memory of Redis', 'MB', ({ redisMb }) => redisMb),
    of('keys in Redis', '', ({ redisKeys }) => redisKeys),
    of('SQLite files of the services', 'MB', ({ sqliteMb }) => sqliteMb),
    of('stored files', 'MB', ({ filesMb }) => filesMb),
  ];
}

const figure = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));

function counted(counts: ReadonlyMap<string, number> | Record<string, number> = {}): string {
  const all = counts instanceof Map ? [...counts] : Object.entries(counts);
  return all
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, times]) => `${name} ${times.toLocaleString('en')}`)
    .join(', ');
}
