/** When jobs are added by themselves. */
export type Schedule = ({ everyMs: number } | { dailyAt: `${number}:${number}` }) & {
  /** The scopes with which its jobs call upstreams, as nobody in particular; none without. */
  scopes?: readonly string[];
};

const DAY_MS = 86_400_000;

/**
 * The latest time at or before another at which a schedule has a job, in milliseconds since the epoch. Days and periods begin by
 * UTC, so that all processes agree on each time.
 */
export function latestTick(schedule: Schedule, now: number): number {
  if ('everyMs' in schedule) return now - (now % schedule.everyMs);
  const [hours, minutes] = schedule.dailyAt.split(':').map(Number) as [number, number];
  const ofDay = (hours * 60 + minutes) * 60_000;
  const today = now - (now % DAY_MS) + ofDay;
  return today <= now ? today : today - DAY_MS;
}

/** The first time after another at which a schedule has a job, in milliseconds since the epoch. */
export const nextTick = (schedule: Schedule, now: number): number =>
  latestTick(schedule, now) + ('everyMs' in schedule ? schedule.everyMs : DAY_MS);

/** The id of the job of a time: the same in all processes, so that it is added once. */
export const tickId = (kind: string, tick: number): string =>
  `${kind.replaceAll('.', '_')}-${new Date(tick).toISOString().replaceAll(/[-:]|\.000Z/g, '')}`.slice(0, 64);
