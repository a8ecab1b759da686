/** The most series of a metric: metrics are kept longer than a day, and must not decrease, so that none is folded later. */
const MAX_SERIES = 1_000;

/** A series of a counter. */
export interface Series<Labels> {
  labels: Labels;
  value: number;
}

/** The series of a counter whose labels clients choose. Bounded: new ones beyond that count as others. */
export class BoundedSeries<Labels extends Record<string, string>> {
  private readonly byKey = new Map<string, Series<Labels>>();

  /** @param other what labels count as that are one too many: few at most */
  constructor(private readonly other: (labels: Labels) => Labels) {}

  add(labels: Labels, value: number): void {
    const known = this.known(labels);
    if (known) known.value += value;
    else if (this.byKey.size < MAX_SERIES) this.begin(labels).value += value;
    else {
      const other = this.other(labels);
      (this.known(other) ?? this.begin(other)).value += value;
    }
  }

  get all(): Iterable<Series<Labels>> {
    return this.byKey.values();
  }

  private known(labels: Labels): Series<Labels> | undefined {
    return this.byKey.get(Object.values(labels).join('|'));
  }

  private begin(labels: Labels): Series<Labels> {
    const series = { labels, value: 0 };
    this.byKey.set(Object.values(labels).join('|'), series);
    return series;
  }
}
