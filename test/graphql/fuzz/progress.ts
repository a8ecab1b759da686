/** After so many documents there is a line. */
const EVERY = 100;

/** Says how far a run has come, how long it will take, and how to go on where it is broken off. */
export class Progress {
  private readonly startedAt = performance.now();

  constructor(
    private readonly range: { documents: number; from: number },
    private readonly write: (line: string) => void,
  ) {}

  /** A document was compared, and nothing found. */
  note(number: number): void {
    const { documents, from } = this.range;
    const done = number - from + 1;
    if (done % EVERY) return;
    const perSecond = (done / (performance.now() - this.startedAt)) * 1_000;
    const minutes = Math.ceil((documents - done) / perSecond / 60);
    this.write(
      `${done} of ${documents} documents, ${perSecond.toFixed(1)}/s, ${minutes} min to go, none found; go on with --from ${number + 1}`,
    );
  }
}
