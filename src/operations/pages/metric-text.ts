/** A value of a metric with its labels. */
interface LabelledValue {
  labels: Readonly<Record<string, string>>;
  value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED: Record<string, string> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

/** Selects values by their labels. */
export type Where = (labels: Readonly<Record<string, string>>) => boolean;

/** The metrics of all workers at one moment, read from their exposition in Prometheus' text format. */
export class MetricSample {
  private readonly byName = new Map<string, LabelledValue[]>();

  /** @param at when they were read, in milliseconds since the epoch */
  constructor(
    text: string,
    readonly at: number,
  ) {
    for (const line of text.split('\n')) {
      const [, name, labels, value] = LINE.exec(line) ?? [];
      if (name === undefined) continue;
      const values = this.byName.get(name);
      const one = { labels: labelsOf(labels), value: Number(value) };
      if (values) values.push(one);
      else this.byName.set(name, [one]);
    }
  }

  /** All values of a metric. */
  all(name: string): readonly LabelledValue[] {
    return this.byName.get(name) ?? [];
  }

  /** The sum of the values of a metric; 0 without any. */
  sum(name: string, where?: Where): number {
    let sum = 0;
    for (const { labels, value } of this.all(name)) if (!where || where(labels)) sum += value;
    return sum;
  }

  /** The values of a label of a metric, in the order of their first appearance. */
  valuesOf(name: string, label: string): string[] {
    return [...new Set(this.all(name).flatMap(({ labels }) => labels[label] ?? []))];
  }
}

function labelsOf(text: string | undefined): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name, value] of (text ?? '').matchAll(LABEL))
    labels[name!] = value!.replace(/\\[n"\\]/g, (escape) => ESCAPED[escape]!);
  return labels;
}

/** What happened between two samples. */
export class MetricWindow {
  readonly seconds: number;

  constructor(
    readonly before: MetricSample,
    readonly now: MetricSample,
  ) {
    this.seconds = Math.max(0.001, (now.at - before.at) / 1_000);
  }

  /** How much a counter grew. */
  growth(name: string, where?: Where): number {
    return Math.max(0, this.now.sum(name, where) - this.before.sum(name, where));
  }

  /** How much a counter grew each second. */
  rate(name: string, where?: Where): number {
    return this.growth(name, where) / this.seconds;
  }

  /**
   * A quantile of the values that a histogram received, in its unit, interpolated within its bucket as Prometheus does;
   * undefined without any.
   * @param name of the histogram
   */
  quantile(name: string, quantile: number, where: Where = () => true): number | undefined {
    const bounds = new Map<number, number>();
    const add = (sample: MetricSample, sign: 1 | -1) => {
      for (const { labels, value } of sample.all(`${name}_bucket`)) {
        if (!where(labels)) continue;
        const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
        bounds.set(bound, (bounds.get(bound) ?? 0) + sign * value);
      }
    };
    add(this.now, 1);
    add(this.before, -1);
    return interpolated(
      [...bounds].sort(([one], [other]) => one - other),
      quantile,
    );
  }
}

function interpolated(buckets: readonly (readonly [bound: number, count: number])[], quantile: number) {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total <= 0) return undefined;
  const rank = quantile * total;
  let [lower, below] = [0, 0];
  for (const [bound, count] of buckets) {
    if (count >= rank)
      return bound === Infinity ? lower : lower + ((bound - lower) * (rank - below)) / (count - below);
    [lower, below] = [bound, count];
  }
  return lower;
}
