import cluster, { type Worker } from 'node:cluster';
import { type Config, filesOf, rereadConfig } from '#gateway/config/config';
import type { SettingProblem } from '#libs/process';
import type { ReloadCheck, ReloadCause, Reloaded, ReloadFromWorker, ReloadToWorker } from './reload-messages.ts';

/** How long a worker may take for a step, in milliseconds. */
const STEP_MS = 5_000;
/** How often the check is repeated if the files change while the workers read them. */
const MAX_CHECKS = 3;

type Step = NonNullable<ReloadToWorker['reload']>['step'];

/**
 * Reloads the settings of all workers, from the primary process: all of them check the files, and switch only if all have
 * read the same and none refuses it.
 */
export class ClusterReloads {
  /** The workers that can reload, with the version of the files that each has. */
  private readonly versions = new Map<number, string>();
  private readonly waiting = new Map<string, (checked: ReloadCheck | undefined) => void>();
  private running: Promise<unknown> = Promise.resolve();
  private last = 0;

  private paths: ReadonlySet<string>;

  /** @param config of the primary process, which reads the same files as the workers */
  constructor(private readonly config: Config) {
    this.paths = filesOf(config).paths;
    cluster.on('message', (worker, message: ReloadFromWorker | null) => this.hear(worker, message));
    cluster.on('disconnect', ({ id }) => {
      this.versions.delete(id);
      for (const [key, settle] of this.waiting) if (key.startsWith(`${id} `)) settle(undefined);
    });
  }

  /** The files that settings are read from. */
  get files(): ReadonlySet<string> {
    return this.paths;
  }

  /** Reloads all workers, one reload after the other. @param requester the worker that reports the outcome itself */
  run(cause: ReloadCause, requester?: Worker): Promise<Reloaded> {
    const outcome = this.running.then(() => this.reload(cause, requester));
    this.running = outcome.catch(() => {});
    return outcome;
  }

  private async reload(cause: ReloadCause, requester?: Worker): Promise<Reloaded> {
    this.paths = new Set([...filesOf(this.config).paths, ...rereadConfig(this.config).paths]);
    const problems = await this.check();
    const workers = this.workers();
    const reporter = requester ? undefined : workers[0];
    if (problems.length) {
      await this.step(reporter ? [reporter] : [], 'refuse', { reports: cause, problems });
      return { changes: [], problems, processes: workers.length };
    }
    const applied = await Promise.all([
      this.step(
        workers.filter((one) => one === reporter),
        'apply',
        { reports: cause },
      ),
      this.step(
        workers.filter((one) => one !== reporter),
        'apply',
      ),
    ]);
    return { changes: applied.flat().find((one) => one)?.changes ?? [], problems: [], processes: workers.length };
  }

  /** @returns what is wrong; empty if all workers have checked the same files and can apply them */
  private async check(): Promise<readonly SettingProblem[]> {
    for (let times = 1; ; times += 1) {
      const workers = this.workers();
      const all = await this.step(workers, 'check');
      const silent = workers.filter((_, i) => !all[i]);
      const problems = all.find((one) => one?.problems.length)?.problems;
      if (problems) return problems;
      if (silent.some((one) => one.isConnected())) return [{ setting: 'workers', message: 'one does not answer' }];
      if (new Set(all.flatMap((one) => one?.version ?? [])).size <= 1) return [];
      if (times === MAX_CHECKS) return [{ setting: 'files', message: 'change while they are read' }];
    }
  }

  private workers(): Worker[] {
    return [...this.versions.keys()]
      .flatMap((id) => cluster.workers?.[id] ?? [])
      .filter((worker) => worker.isConnected());
  }

  /** @returns the answer of each worker; undefined for one that gives none in time */
  private step(
    workers: readonly Worker[],
    step: Step,
    more: { reports?: ReloadCause; problems?: readonly SettingProblem[] } = {},
  ): Promise<(ReloadCheck | undefined)[]> {
    const number = (this.last += 1);
    return Promise.all(
      workers.map(
        (worker) =>
          new Promise<ReloadCheck | undefined>((resolve) => {
            const key = `${worker.id} ${number}`;
            const settle = (checked: ReloadCheck | undefined) => {
              clearTimeout(late);
              this.waiting.delete(key);
              resolve(checked);
            };
            const late = setTimeout(() => settle(undefined), STEP_MS);
            this.waiting.set(key, settle);
            send(worker, { reload: { number, step, ...more } });
          }),
      ),
    );
  }

  private hear(worker: Worker, message: ReloadFromWorker | null): void {
    const { canReload, reloadStep, wantsReload } = message ?? {};
    if (canReload !== undefined) {
      const isOther = [...this.versions.values()].some((version) => version !== canReload);
      this.versions.set(worker.id, canReload);
      // It, or the others, have read the files before they changed.
      if (isOther) void this.run('worker');
    }
    if (reloadStep) {
      const { number, checked } = reloadStep;
      if (checked && this.versions.has(worker.id)) this.versions.set(worker.id, checked.version);
      this.waiting.get(`${worker.id} ${number}`)?.(checked);
    }
    if (wantsReload !== undefined) {
      const answer = (outcome: Reloaded) => send(worker, { reloaded: { number: wantsReload, outcome } });
      void this.run('request', worker).then(answer);
    }
  }
}

/** Ignores the error of sending to a worker that is ending. */
function send(worker: Worker, message: ReloadToWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
