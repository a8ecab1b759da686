import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '#libs/observe';
import { type LevelOverride, LogLevels } from './log-levels.ts';

/** A message between the primary process and workers: levels to set, or a new worker's question for those in force. */
export interface LevelsMessage {
  logLevels?: LevelOverride[];
  wantsLogLevels?: boolean;
}

/**
 * Passes the levels that an operator has set in one worker on to all, and to those that start later.
 * @param logger of the primary process, which gets the levels of `gateway`
 */
export function shareLogLevels(logger: Logger): void {
  const own = new LogLevels([['gateway', logger]]);
  let inForce: LevelOverride[] = [];

  cluster.on('message', (worker, message: LevelsMessage | null) => {
    inForce = inForce.filter(({ until }) => until > Date.now());
    if (message?.wantsLogLevels && inForce.length) send(worker, inForce);
    for (const one of message?.logLevels ?? []) {
      inForce = [...inForce.filter(({ logger: which }) => one.logger !== undefined && which !== one.logger), one];
      own.set(one);
      for (const other of Object.values(cluster.workers ?? {})) if (other) send(other, [one]);
    }
  });
}

/** Ignores the error of sending to a worker that is ending. */
function send(worker: Worker, logLevels: LevelOverride[]): void {
  if (worker.isConnected()) worker.send({ logLevels } satisfies LevelsMessage, () => {});
}
