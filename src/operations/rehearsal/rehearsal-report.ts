import { addFigures, type Figures, type MethodFigures, noFigures, quantileOf } from '#libs/rehearsal';

/** What one worker has rehearsed: the calls of the last seconds. */
export interface WorkerRehearsal {
  seconds: number;
  figures: MethodFigures[];
}

/** Latencies of calls as requests see them: of stale answers, when they were used. */
const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99 };

/** The rehearsals of all workers as one: counts are added, quantiles are those of all calls. */
export function reportOf(rehearsals: readonly WorkerRehearsal[]) {
  const upstreams = new Map<string, Map<string, MethodFigures>>();
  for (const { upstream, method, was, would, unmeasured } of rehearsals.flatMap(({ figures }) => figures)) {
    const methods = upstreams.get(upstream) ?? new Map<string, MethodFigures>();
    upstreams.set(upstream, methods);
    const sum = methods.get(method) ?? { upstream, method, was: noFigures(), would: noFigures(), unmeasured: 0 };
    methods.set(method, sum);
    addFigures(sum.was, was);
    addFigures(sum.would, would);
    sum.unmeasured += unmeasured;
  }
  return {
    workers: rehearsals.length,
    seconds: Math.round(Math.max(0, ...rehearsals.map(({ seconds }) => seconds))),
    upstreams: [...upstreams].map(([name, methods]) => ({
      name,
      methods: [...methods.values()].map(({ method, was, would, unmeasured }) => {
        return { method, was: shapeOf(was), would: shapeOf(would), unmeasured };
      }),
    })),
  };
}

/** The report of a rehearsal, as `POST /admin/rehearse` answers it. */
export type RehearsalReport = ReturnType<typeof reportOf>;

function shapeOf(figures: Figures) {
  const quantiles = Object.entries(QUANTILES).map(([name, share]) => [name, rounded(quantileOf(figures, share))]);
  return {
    ...figures.counts,
    latencyMs: { ...Object.fromEntries(quantiles), max: rounded(figures.maxMs) } as Record<string, number | null>,
  };
}

/** To a hundredth; null where there are no calls. */
const rounded = (ms: number | undefined): number | null => (ms === undefined ? null : Math.round(ms * 100) / 100);
