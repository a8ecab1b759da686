import { JobQueue } from '#libs/jobs';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { JobRegistry, type RegisteredKind } from './job-registry.ts';
import { latestTick, nextTick, tickId, type Schedule } from './schedule.ts';

/** The longest time between two looks at the clock, in milliseconds: it may be set. */
const POLL_MS = 30_000;

/**
 * Adds the jobs of schedules. Every process does, with the same id for each time, so one job is added. A time that passed while no
 * process ran is made up for at the start, once, if the kind has been run before.
 */
@Injectable()
export class Schedules {
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;
  private startedAt: number | undefined;
  private readonly added = new Map<string, number>();

  constructor(
    private readonly queue: JobQueue,
    private readonly registry: JobRegistry,
    private readonly logger: PinoLogger,
  ) {}

  start(now: () => number = Date.now): void {
    if (!this.scheduled.length) return;
    const startedAt = (this.startedAt = now());
    // What was due before the start is made up for only where it has been run before.
    for (const { settings, declaration } of this.scheduled)
      this.added.set(settings.name, latestTick(declaration.schedule!, startedAt));
    void this.makeUp(startedAt).catch((error: unknown) => this.failed(error));
    this.look(now);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  /** When the next job of a kind is added, in milliseconds since the epoch; undefined without a schedule. */
  nextOf(kind: string, now = Date.now()): number | undefined {
    const schedule = this.registry.kinds.get(kind)?.declaration.schedule;
    return schedule && nextTick(schedule, now);
  }

  /** Adds the job of the latest time of a kind, unless it was added. */
  async addLatest(kind: string, now = Date.now()): Promise<void> {
    await this.add(kind, latestTick(this.registry.of(kind).declaration.schedule!, now));
  }

  /**
   * For how long the latest job of a kind has not completed, in milliseconds; a kind that never ran is late from the start of this
   * process on. Undefined without a schedule, or if no jobs are run here.
   */
  lateBy(kind: string, lastCompletedAt: number | undefined, now = Date.now()): number | undefined {
    const schedule = this.registry.kinds.get(kind)?.declaration.schedule;
    if (!schedule || this.startedAt === undefined) return undefined;
    const tick = latestTick(schedule, now);
    if (lastCompletedAt !== undefined && lastCompletedAt >= tick) return 0;
    if (lastCompletedAt === undefined && tick < this.startedAt) return 0;
    return now - tick;
  }

  private get scheduled(): RegisteredKind[] {
    return [...this.registry.kinds.values()].filter(({ declaration }) => declaration.schedule);
  }

  private look(now: () => number): void {
    if (this.isStopped) return;
    const at = now();
    let waitMs = POLL_MS;
    for (const { settings, declaration } of this.scheduled) {
      const schedule = declaration.schedule!;
      const tick = latestTick(schedule, at);
      if (tick > this.added.get(settings.name)!) {
        this.added.set(settings.name, tick);
        void this.add(settings.name, tick).catch((error: unknown) => this.failed(error));
      }
      waitMs = Math.min(waitMs, nextTick(schedule, at) - at);
    }
    this.timer = setTimeout(() => this.look(now), waitMs).unref();
  }

  private async makeUp(now: number): Promise<void> {
    for (const { settings, declaration } of this.scheduled) {
      const { name } = settings;
      const [latest] = await this.queue.list({ kind: name, limit: 1 });
      const tick = latestTick(declaration.schedule as Schedule, now);
      if (latest && latest.createdAt < tick) await this.add(name, tick);
    }
  }

  private async add(kind: string, tick: number): Promise<void> {
    await this.queue.add(kind, {}, { id: tickId(kind, tick), owner: '' });
  }

  private failed(error: unknown): void {
    this.logger.error({ err: error }, 'scheduled job cannot be added');
  }
}
