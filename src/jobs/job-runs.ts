import { Injectable } from '@nestjs/common';
import { Histogram } from 'prom-client';

/** Upper bounds of the buckets of the durations of attempts, in seconds. */
const BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1_800];

/** Counts and times the attempts of jobs in this process; `operations/metrics.ts` exposes them. */
@Injectable()
export class JobRuns {
  readonly durations = new Histogram({
    name: 'job_attempt_duration_seconds',
    help: 'Duration of attempts of jobs by kind, and outcome: completed, failed or interrupted.',
    labelNames: ['kind', 'outcome'],
    buckets: BUCKETS_SECONDS,
    registers: [],
  });

  note(kind: string, outcome: 'completed' | 'failed' | 'interrupted', durationMs: number): void {
    this.durations.observe({ kind, outcome }, durationMs / 1_000);
  }
}
