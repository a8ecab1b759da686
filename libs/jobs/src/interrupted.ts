/** Why the run of a job is to stop. */
export type Interruption = 'cancelled' | 'timeout' | 'lost' | 'shutdown';

/** The reason of a running job's signal. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly why: Interruption) {
    super(`The job is to stop: ${why}.`);
  }
}
