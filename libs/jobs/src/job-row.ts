import type { JobFailure, JobRecord, JobState } from './job.ts';

/** A row of the table `jobs`. */
export interface JobRow {
  id: string;
  kind: string;
  owner: string;
  state: JobState;
  priority: number;
  input: string;
  origin: string;
  max_attempts: number;
  attempt: number;
  run_at: number;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  done: number | null;
  total: number | null;
  cancelling: number;
  result: string | null;
  failure: string | null;
}

/** The columns of a record. */
export const COLUMNS = `id, kind, owner, state, priority, input, origin, max_attempts, attempt, run_at, created_at, started_at,
  ended_at, done, total, cancelling, result, failure`;

/** Converts a row. */
export const recordOf = (row: JobRow): JobRecord => ({
  id: row.id,
  kind: row.kind,
  owner: row.owner,
  state: row.state,
  priority: row.priority,
  input: JSON.parse(row.input) as unknown,
  origin: JSON.parse(row.origin) as Record<string, unknown>,
  attempt: row.attempt,
  maxAttempts: row.max_attempts,
  progress: row.done === null ? undefined : { done: row.done, total: row.total ?? undefined },
  isCancelling: row.cancelling === 1 && row.state === 'RUNNING',
  result: row.result === null ? undefined : (JSON.parse(row.result) as unknown),
  failure: row.failure === null ? undefined : (JSON.parse(row.failure) as JobFailure),
  createdAt: row.created_at,
  runAt: row.run_at,
  startedAt: row.started_at ?? undefined,
  endedAt: row.ended_at ?? undefined,
});
