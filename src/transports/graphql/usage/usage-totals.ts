import { clientOf, OTHER } from './client-name.ts';
import type { Call } from './day-usage.ts';

/** The most series: metrics are kept longer than a day, and must not decrease, so new ones are `_OTHER` from then on. */
const MAX_SERIES = 1_000;
/** How many digits of a hash tell the versions of an operation apart. */
const HASH_DIGITS = 8;
/** All operations that are not trusted, whose names clients choose. */
const AD_HOC = '_AD_HOC';

/** The labels of calls in metrics. */
export interface CallLabels {
  operation: string;
  sha256: string;
  client: string;
  client_version: string;
  outcome: 'served' | 'gone';
  [name: string]: string;
}

/** The calls since the start of the process, by the labels of metrics. */
export class UsageTotals {
  private readonly byKey = new Map<string, { labels: CallLabels; value: number }>();
  private readonly byField = new Map<string, number>();

  add(calls: readonly Call[]): void {
    for (const call of calls) {
      this.seriesOf(call).value += call.calls;
      if (call.isGone) continue;
      for (const coordinate of call.operation.coordinates) {
        // Types and arguments have no series of their own.
        if (/^\w+\.\w+$/.test(coordinate))
          this.byField.set(coordinate, (this.byField.get(coordinate) ?? 0) + call.calls);
      }
    }
  }

  get operations(): Iterable<{ labels: CallLabels; value: number }> {
    return this.byKey.values();
  }

  get fields(): Iterable<{ labels: { field: string }; value: number }> {
    return [...this.byField].map(([field, value]) => ({ labels: { field }, value }));
  }

  private seriesOf({ operation: { isPersisted, name, sha256 }, client: key, isGone }: Call) {
    const { name: client, version } = clientOf(key);
    const labels: CallLabels = {
      operation: isPersisted ? name : AD_HOC,
      sha256: isPersisted ? sha256.slice(0, HASH_DIGITS) : '',
      client,
      client_version: version,
      outcome: isGone ? 'gone' : 'served',
    };
    return (
      this.known(labels) ??
      (this.byKey.size < MAX_SERIES
        ? this.begin(labels)
        : this.other({ ...labels, client: OTHER, client_version: OTHER }))
    );
  }

  private known(labels: CallLabels) {
    return this.byKey.get(Object.values(labels).join('|'));
  }

  private other(labels: CallLabels) {
    return this.known(labels) ?? this.begin(labels);
  }

  private begin(labels: CallLabels) {
    const series = { labels, value: 0 };
    this.byKey.set(Object.values(labels).join('|'), series);
    return series;
  }
}
