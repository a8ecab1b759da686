import { setTimeout as passed } from 'node:timers/promises';
import { MetricSample, MetricWindow } from './metric-text.ts';

/** The longest window of rates, in milliseconds. */
const WINDOW_MS = 60_000;
/** The shortest window of rates: the first look waits for it, in milliseconds. */
const MIN_WINDOW_MS = 1_000;
/** The minimum distance of kept samples, in milliseconds, which bounds their number. */
const APART_MS = 4_000;
/** After this time without a look the samples are dropped, in milliseconds. */
const UNUSED_MS = 120_000;

/** Samples of the metrics, taken only while somebody looks at them. */
export class MetricHistory {
  private kept: MetricSample[] = [];
  private expiry: NodeJS.Timeout | undefined;

  /** @param expose the metrics of all workers in Prometheus' text format */
  constructor(private readonly expose: () => Promise<string>) {}

  /** What happened in the last minute, or since the first look: at least in one second, which the first look waits. */
  async window(): Promise<MetricWindow> {
    this.expiry?.refresh();
    this.expiry ??= setTimeout(() => this.drop(), UNUSED_MS).unref();
    let before = this.earlier();
    if (!before) {
      before = await this.sample();
      await passed(MIN_WINDOW_MS);
    }
    return new MetricWindow(before, await this.sample());
  }

  /** Drops the samples. */
  drop(): void {
    clearTimeout(this.expiry);
    this.expiry = undefined;
    this.kept = [];
  }

  /** The oldest sample of the window. */
  private earlier(): MetricSample | undefined {
    const now = Date.now();
    this.kept = this.kept.filter(({ at }) => now - at <= WINDOW_MS);
    const [oldest] = this.kept;
    return oldest && now - oldest.at >= MIN_WINDOW_MS ? oldest : undefined;
  }

  private async sample(): Promise<MetricSample> {
    const sample = new MetricSample(await this.expose(), Date.now());
    const last = this.kept.at(-1);
    if (!last || sample.at - last.at >= APART_MS) this.kept.push(sample);
    return sample;
  }
}
