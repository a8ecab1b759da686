import { GatewayError } from '#libs/errors';
import type { ReloadCause, Reloaded, ReloadFromWorker, ReloadToWorker } from './reload-messages.ts';
import type { Reloads } from './reloads.ts';

/** How long a worker waits for the primary process, in milliseconds: two steps, and as much for one before. */
const PRIMARY_MS = 20_000;

/** The worker's side of `ClusterReloads`: takes the steps of a reload, and requests reloads of all workers. */
export class WorkerReloads {
  private readonly pending = new Map<number, (outcome?: Reloaded) => void>();
  private last = 0;
  private readonly hear = (message: ReloadToWorker | null) => {
    if (message?.reload) this.take(message.reload);
    if (message?.reloaded) this.pending.get(message.reloaded.number)?.(message.reloaded.outcome);
  };

  constructor(private readonly reloads: Reloads) {
    process.on('message', this.hear);
    send({ canReload: reloads.version });
  }

  /** Reloads all workers. @throws {GatewayError} UPSTREAM_TIMEOUT if the primary process does not answer */
  run(): Promise<Reloaded> {
    const number = (this.last += 1);
    return new Promise((resolve, reject) => {
      const end = (outcome?: Reloaded) => {
        clearTimeout(late);
        this.pending.delete(number);
        if (outcome) resolve(outcome);
        else reject(new GatewayError('UPSTREAM_TIMEOUT'));
      };
      const late = setTimeout(end, PRIMARY_MS);
      this.pending.set(number, end);
      send({ wantsReload: number });
    });
  }

  stop(): void {
    process.off('message', this.hear);
  }

  private take({ number, step, reports, problems = [] }: NonNullable<ReloadToWorker['reload']>): void {
    if (step === 'refuse') {
      this.reloads.reportRefused(reports!, problems);
      return send({ reloadStep: { number } });
    }
    if (step === 'check') return send({ reloadStep: { number, checked: this.reloads.check() } });
    const changes = this.reloads.apply();
    if (reports) this.reloads.reportApplied(reports satisfies ReloadCause, changes);
    send({ reloadStep: { number, checked: { version: this.reloads.version, changes, problems: [] } } });
  }
}

/** Ignores that the primary process has ended, since this one then ends too. */
function send(message: ReloadFromWorker): void {
  if (process.connected) process.send!(message, () => {});
}
