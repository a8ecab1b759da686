import { GatewayError } from '#libs/errors';
import type { CandidateSettings } from './candidate.ts';
import type { FromRehearsingWorker, ToRehearsingWorker } from './cluster-rehearsals.ts';
import type { WorkerRehearsal } from './rehearsal-report.ts';

/** How long a worker waits for the primary process, in milliseconds. */
const PRIMARY_MS = 40_000;

/** The worker's side of rehearsals: makes its own on request, and requests those of all workers. */
export class WorkerRehearsals {
  private readonly pending = new Map<number, (rehearsals: WorkerRehearsal[]) => void>();
  private lastId = 0;
  private readonly hear = ({ rehearse, allRehearsed }: ToRehearsingWorker) => {
    if (rehearse) void this.answer(rehearse.id, rehearse.settings);
    if (allRehearsed) this.pending.get(allRehearsed.id)?.(allRehearsed.rehearsals);
  };

  /** @param own makes the rehearsal of this worker */
  constructor(private readonly own: (settings: CandidateSettings) => Promise<WorkerRehearsal>) {
    process.on('message', this.hear);
  }

  /**
   * The rehearsals of all workers.
   * @throws {GatewayError} UPSTREAM_TIMEOUT if the primary process does not answer
   */
  all(settings: CandidateSettings): Promise<WorkerRehearsal[]> {
    const id = (this.lastId += 1);
    return new Promise<WorkerRehearsal[]>((resolve, reject) => {
      const late = setTimeout(() => reject(new GatewayError('UPSTREAM_TIMEOUT')), PRIMARY_MS);
      this.pending.set(id, (rehearsals) => {
        clearTimeout(late);
        resolve(rehearsals);
      });
      send({ rehearseAll: { id, settings } });
    }).finally(() => this.pending.delete(id));
  }

  stop(): void {
    process.off('message', this.hear);
  }

  private async answer(id: string, settings: CandidateSettings): Promise<void> {
    const rehearsal = await this.own(settings).catch(() => undefined);
    send({ rehearsed: { id, rehearsal } });
  }
}

/** Does nothing if the primary process has ended, since this one then ends too. */
function send(message: FromRehearsingWorker): void {
  if (process.connected) process.send!(message, () => {});
}
