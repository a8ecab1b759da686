import { Config } from '#gateway/config/config';
import { type BeforeApplicationShutdown, Injectable, type OnModuleInit } from '@nestjs/common';
import { CallCounts } from './call-counts.ts';
import type { DayUsage } from './day-usage.ts';
import { UsageStore } from './usage-store.ts';
import { UsageTotals } from './usage-totals.ts';

/** How often calls are collected and stored, in milliseconds: a killed process loses those since the last time. */
const COLLECT_MS = 10_000;

/** A day in UTC, as `2026-11-28`. */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The use of operations, by operation, version of the client and field. */
@Injectable()
export class Usage implements OnModuleInit, BeforeApplicationShutdown {
  /** Since the start of the process, for metrics. */
  readonly totals = new UsageTotals();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly calls: CallCounts,
    private readonly store: UsageStore,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    if (!this.config.USAGE_DAYS) return;
    this.calls.onFull = () => void this.collect();
    this.timer = setInterval(() => void this.collect(), COLLECT_MS).unref();
  }

  /** The requests in flight have ended by now. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.collect();
  }

  /** Counts all calls so far in the totals, and stores them. */
  async collect(now = Date.now()): Promise<void> {
    const calls = this.calls.collect();
    this.totals.add(calls);
    await this.store.add(dayOf(now), calls);
  }

  /** The use on days, as far as it is kept: that of this process until now. @throws {GatewayError} OVERLOADED */
  async on(days: readonly string[]): Promise<DayUsage[]> {
    await this.collect();
    return this.store.read(days);
  }
}
