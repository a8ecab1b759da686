import cluster, { type Worker } from 'node:cluster';
import type { CandidateSettings } from './candidate.ts';
import type { WorkerRehearsal } from './rehearsal-report.ts';

/** How long the workers have for a rehearsal, in milliseconds; a worker that takes longer is left out. */
const WORKERS_MS = 35_000;

/** A message from a worker: a request for a rehearsal of all; or its own part of one, undefined if it failed. */
export interface FromRehearsingWorker {
  rehearseAll?: { id: number; settings: CandidateSettings };
  rehearsed?: { id: string; rehearsal: WorkerRehearsal | undefined };
}

/** A message to a worker: a request for its part of a rehearsal; or the parts of all workers. */
export interface ToRehearsingWorker {
  rehearse?: { id: string; settings: CandidateSettings };
  allRehearsed?: { id: number; rehearsals: WorkerRehearsal[] };
}

/** Relays rehearsals in the primary process: a request reaches any worker, and each has calls of its own. */
export function relayRehearsals(): void {
  const running = new Map<string, { waitsFor: Set<number>; rehearsals: WorkerRehearsal[]; end: () => void }>();

  const begin = (asker: Worker, number: number, settings: CandidateSettings): void => {
    const id = `${asker.id}-${number}`;
    const workers = Object.values(cluster.workers!).filter((worker) => worker!.isConnected()) as Worker[];
    const rehearsals: WorkerRehearsal[] = [];
    const end = () => {
      clearTimeout(late);
      running.delete(id);
      send(asker, { allRehearsed: { id: number, rehearsals } });
    };
    const late = setTimeout(end, WORKERS_MS);
    running.set(id, { waitsFor: new Set(workers.map((worker) => worker.id)), rehearsals, end });
    for (const worker of workers) send(worker, { rehearse: { id, settings } });
  };

  const heard = (id: string, worker: number, rehearsal: WorkerRehearsal | undefined): void => {
    const one = running.get(id);
    if (!one?.waitsFor.delete(worker)) return;
    if (rehearsal) one.rehearsals.push(rehearsal);
    if (!one.waitsFor.size) one.end();
  };

  cluster.on('message', (worker, message: FromRehearsingWorker | null) => {
    if (message?.rehearseAll) begin(worker, message.rehearseAll.id, message.rehearseAll.settings);
    if (message?.rehearsed) heard(message.rehearsed.id, worker.id, message.rehearsed.rehearsal);
  });
  cluster.on('disconnect', ({ id }) => {
    for (const one of Array.from(running.keys())) heard(one, id, undefined);
  });
}

/** Ignores the error of sending to a worker that is ending. */
function send(worker: Worker, message: ToRehearsingWorker): void {
  if (worker.isConnected()) worker.send(message, () => {});
}
