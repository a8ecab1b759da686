import type { Call, DayUsage } from './day-usage.ts';

/** Keeps the use of operations by day (UTC, `2026-11-28`): of this process, or of all gateways with Redis. */
export abstract class UsageStore {
  /** Adds calls to a day. Never fails: what cannot be stored now is added again. */
  abstract add(day: string, calls: readonly Call[]): Promise<void>;

  /** The use on each of the days, as far as it is kept. @throws {GatewayError} OVERLOADED */
  abstract read(days: readonly string[]): Promise<DayUsage[]>;
}
