import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';
import { type LoopReport, LoopWindow } from './loop-window.ts';

/** The time between two samples, in milliseconds; it is no delay, so it is subtracted. */
export const SAMPLE_MS = 20;
const SECTION_MS = 10_000;
/** The sections of the last minute. */
const SECTIONS = 6;

/** Receives each sample. @param delayMs how late the event loop ran its timer */
type SampleListener = (delayMs: number) => void;

/** The delays since the last reading of one reader. */
export interface LoopReader {
  /** How the loop did since the last call or, for the first, since the reader was opened. */
  read(): LoopReport;
  close(): void;
}

/**
 * Measures how late the event loop of a process runs its timers, with one timer for all who want to know. No reader resets
 * what another reads. It runs while somebody listens, and keeps no process alive.
 */
export class EventLoopMonitor {
  private readonly listeners = new Set<SampleListener>();
  /** The last minute, the oldest first. */
  private sections: LoopWindow[] = [];
  private sectionEndsAt = 0;
  private last = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly now: () => number;
  private readonly every: (sample: () => void) => NodeJS.Timeout | undefined;

  /** @param now a monotonic clock, in milliseconds @param every calls its argument every `SAMPLE_MS` */
  constructor(
    now = () => performance.now(),
    every: (sample: () => void) => NodeJS.Timeout | undefined = (sample) => setInterval(sample, SAMPLE_MS).unref(),
  ) {
    this.now = now;
    this.every = every;
  }

  /** Calls `listener` with each sample. @returns ends it */
  listen(listener: SampleListener): () => void {
    // A function that listens twice is two listeners.
    const own: SampleListener = (delayMs) => listener(delayMs);
    if (!this.listeners.size) this.start();
    this.listeners.add(own);
    return () => {
      if (this.listeners.delete(own) && !this.listeners.size) clearInterval(this.timer);
    };
  }

  /** Opens a reader with a window of its own. */
  reader(): LoopReader {
    let window = new LoopWindow();
    const close = this.listen((delayMs) => window.add(delayMs));
    const read = () => {
      const report = window.report();
      window = new LoopWindow();
      return report;
    };
    return { read, close };
  }

  /** The last 50 to 60 seconds; a block that lasts is in it once it ends. */
  lastMinute(): LoopReport {
    this.turnTo(this.now());
    const [first = new LoopWindow(), ...later] = this.sections;
    return first.report(later);
  }

  private start(): void {
    this.last = this.now();
    this.sections = [new LoopWindow()];
    this.sectionEndsAt = this.last + SECTION_MS;
    this.timer = this.every(() => this.sample());
  }

  private sample(): void {
    const now = this.now();
    const delayMs = Math.max(0, now - this.last - SAMPLE_MS);
    this.last = now;
    this.turnTo(now);
    this.sections.at(-1)!.add(delayMs);
    for (const listener of this.listeners) listener(delayMs);
  }

  private turnTo(now: number): void {
    for (let turned = 0; now >= this.sectionEndsAt && turned < SECTIONS; turned += 1) {
      this.sections.push(new LoopWindow());
      if (this.sections.length > SECTIONS) this.sections.shift();
      this.sectionEndsAt += SECTION_MS;
    }
    if (now >= this.sectionEndsAt) this.sectionEndsAt = now + SECTION_MS;
  }
}

/** The monitor of this process. */
export const eventLoop = new EventLoopMonitor();
