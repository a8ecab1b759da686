/** The time between two samples, in milliseconds; it is no delay, so it is subtracted. */
const RESOLUTION_MS = 20;
const SECTION_MS = 10_000;
/** The sections of the last minute; the greatest delay of each is kept. */
const SECTIONS = 6;

/** Measures how late the event loop runs its timers. No reader resets it, so any number of scrapers see the same. */
export class EventLoopDelay {
  private readonly greatest = new Float64Array(SECTIONS);
  private section = 0;
  private sectionEndsAt: number;
  private last: number;
  private timer: NodeJS.Timeout | undefined;

  /** @param observe receives each delay, in seconds */
  constructor(
    private readonly observe: (delaySeconds: number) => void,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.last = now();
    this.sectionEndsAt = this.last + SECTION_MS;
  }

  /** Measures until `stop`; it keeps no process alive. */
  start(): void {
    this.last = this.now();
    this.timer = setInterval(() => this.sample(), RESOLUTION_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The greatest delay of the last 50 to 60 seconds, in seconds; a block that lasts is in it once it ends. */
  get maxSeconds(): number {
    this.turnTo(this.now());
    return Math.max(...this.greatest);
  }

  private sample(): void {
    const now = this.now();
    const delay = Math.max(0, now - this.last - RESOLUTION_MS) / 1000;
    this.last = now;
    this.turnTo(now);
    this.greatest[this.section] = Math.max(this.greatest[this.section]!, delay);
    this.observe(delay);
  }

  private turnTo(now: number): void {
    for (let turned = 0; now >= this.sectionEndsAt && turned < SECTIONS; turned += 1) {
      this.section = (this.section + 1) % SECTIONS;
      this.greatest[this.section] = 0;
      this.sectionEndsAt += SECTION_MS;
    }
    if (now >= this.sectionEndsAt) this.sectionEndsAt = now + SECTION_MS;
  }
}
