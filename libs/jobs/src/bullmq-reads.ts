import { setTimeout as passed } from 'node:timers/promises';
import { GatewayError } from '#libs/errors';
import type { Queue } from 'bullmq';
import { type BullmqJob, WAITING_STATES } from './bullmq-record.ts';
import { type JobCounts, unavailable } from './job-queue.ts';

/** The longest wait for Redis, in milliseconds. */
export const TIMEOUT_MS = 2_000;

/** How often a job is read that a worker is about to end, in milliseconds. */
const SETTLING_MS = 20;

/** A job and its state, which are two reads: it may end between them. */
export async function consistent(
  queue: Queue,
  id: string,
): Promise<{ job: BullmqJob; state: string } | undefined> {
  for (let tries = 3; ; tries -= 1) {
    const job = (await queue.getJob(id)) as BullmqJob | undefined;
    if (!job) return undefined;
    const state = await job.getState();
    const isFinished = state === 'completed' || state === 'failed';
    if (isFinished === (job.finishedOn !== undefined) || tries === 1) return { job, state };
  }
}

/** The counts of a kind. */
export async function countsOf(kind: string, queue: Queue): Promise<JobCounts> {
  const counts = await queue.getJobCounts(...WAITING_STATES, 'active', 'failed');
  const [newest] = (await queue.getJobs(['completed'], 0, 0, false)) as (BullmqJob | undefined)[];
  const waiting = WAITING_STATES.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  const { active: running = 0, failed = 0 } = counts;
  return { kind, waiting, running, failed, lastCompletedAt: newest?.finishedOn };
}

/** What Redis answers in time, in milliseconds. @throws {GatewayError} OVERLOADED if it does not answer */
export async function inTime<T>(answer: Promise<T>, ms = TIMEOUT_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis has not answered for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (error) {
    throw error instanceof GatewayError ? error : unavailable(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The state of a job once no worker holds it: one may be about to end it as cancelled. */
export async function settledState(job: BullmqJob): Promise<string> {
  for (const until = performance.now() + TIMEOUT_MS; ;) {
    const state = await inTime(job.getState());
    if (state !== 'active' || performance.now() > until) return state;
    await passed(SETTLING_MS);
  }
}
