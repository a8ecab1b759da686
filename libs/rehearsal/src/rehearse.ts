import { Worker } from 'node:worker_threads';
import type { MethodFigures } from './figures.ts';
import { buffersOf, type Recording } from './recording.ts';
import type { Candidate } from './simulate.ts';

/** A rehearsal that takes longer is ended, in milliseconds. */
const MAX_MS = 30_000;
/** The most memory of the thread's objects, in megabytes. */
const MAX_MEGABYTES = 512;

/** Another path in the sources than in what is built from them. */
const THREAD = new URL(
  import.meta.url.endsWith('.ts') ? './rehearse.worker.ts' : './rehearse.worker.js',
  import.meta.url,
);

/**
 * Makes the recorded calls again with the candidate's policies, in a thread of its own, so that requests are not delayed.
 * The recording is handed over and cannot be read afterwards.
 * @param execArgv options of Node for the thread; those of this process by default
 * @returns figures by method
 * @throws {Error} if it takes longer than 30 seconds
 */
export function rehearse(
  recording: Recording,
  candidate: Candidate,
  execArgv: string[] = process.execArgv,
): Promise<MethodFigures[]> {
  const thread = new Worker(THREAD, {
    workerData: { recording, candidate },
    transferList: buffersOf(recording),
    execArgv,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES },
  });
  return new Promise<MethodFigures[]>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the rehearsal took longer than ${MAX_MS} ms`)), MAX_MS);
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`the rehearsal ended with code ${code}`)));
    thread.once('exit', () => clearTimeout(late));
  }).finally(() => void thread.terminate());
}
