import type { LevelsMessage } from './cluster-log-levels.ts';
import type { LevelOverride, LogLevels } from './log-levels.ts';

/** The worker's side of shared log levels: what an operator sets in any worker applies in all. */
export class WorkerLogLevels {
  private readonly hear = (message: LevelsMessage | null) => {
    for (const one of message?.logLevels ?? []) this.levels.set(one);
  };

  constructor(private readonly levels: LogLevels) {
    process.on('message', this.hear);
    send({ wantsLogLevels: true });
  }

  /** Sets a level in all workers. */
  share(override: LevelOverride): void {
    send({ logLevels: [override] });
  }

  stop(): void {
    process.off('message', this.hear);
  }
}

/** A primary process that has ended takes its workers with it. */
function send(message: LevelsMessage): void {
  if (process.connected) process.send!(message, () => {});
}
