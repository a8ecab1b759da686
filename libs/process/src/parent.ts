import cluster from 'node:cluster';

/** Has the process id of the process that started a worker, in the worker's environment. */
export const WORKER_OF = 'ATRIUM_WORKER_OF';
/** Has the reason for the start of a worker, in its environment. */
export const WORKER_REASON = 'ATRIUM_WORKER_REASON';

/** True in a process that `startWorkers` has started. */
export const isWorker = cluster.isWorker && process.env[WORKER_OF] === `${process.ppid}`;

/** True in a process of another program's cluster, such as PM2's cluster mode: its first process knows nothing of this program. */
export const isForeignWorker = cluster.isWorker && !isWorker;

/** Why a worker is started: at the start, after a crash, in a rolling restart, or for one with too much memory. */
export const WORKER_REASONS = ['start', 'crash', 'restart', 'memory'] as const;
export type WorkerReason = (typeof WORKER_REASONS)[number];

/** Why this process was started; `start` where it is no worker. */
export const workerReason = (isWorker ? process.env[WORKER_REASON] : 'start') as WorkerReason;

/**
 * Whether PM2 manages this process: it numbers its processes in `pm_id`. It stops them by SIGINT or the message `shutdown`, and
 * waits for the message `ready` where `wait_ready` is set.
 */
export const isManagedByPm2 = process.env['pm_id'] !== undefined && !isWorker;
