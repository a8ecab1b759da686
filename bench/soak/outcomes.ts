/** How the requests of each kind were answered. */
export class Outcomes {
  readonly byKind = new Map<string, Map<string, number>>();

  /** @param status 0 without an answer @param json of the answer, for the code of a failure */
  note(kind: string, status: number, json?: object): void {
    const { code, degraded, errors } = (json ?? {}) as { code?: string; degraded?: unknown[]; errors?: unknown[] };
    const isPartial = status === 200 && Boolean(degraded?.length || errors?.length);
    const outcome =
      status >= 400 || status === 0 ? `${status} ${code ?? ''}`.trim() : `${status}${isPartial ? ' in part' : ''}`;
    const outcomes = this.byKind.get(kind) ?? new Map<string, number>();
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    this.byKind.set(kind, outcomes);
  }

  get total(): number {
    return this.sum(() => true);
  }

  /** Those with a status from 500, and those without an answer. */
  get failed(): number {
    return this.sum((outcome) => /^(5|0)/.test(outcome));
  }

  private sum(isMeant: (outcome: string) => boolean): number {
    const all = [...this.byKind.values()].flatMap((outcomes) => [...outcomes]);
    return all.reduce((sum, [outcome, times]) => sum + (isMeant(outcome) ? times : 0), 0);
  }
}
