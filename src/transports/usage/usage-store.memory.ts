import { type Call, DayUsage } from './day-usage.ts';
import { UsageStore } from './usage-store.ts';

/** The use of operations in the memory of the process. */
export class UsageStoreMemory extends UsageStore {
  private readonly days = new Map<string, DayUsage>();

  /** @param maxDays how many days are kept */
  constructor(private readonly maxDays: number) {
    super();
  }

  async add(day: string, calls: readonly Call[]): Promise<void> {
    if (!calls.length) return;
    let usage = this.days.get(day);
    if (!usage) this.days.set(day, (usage = new DayUsage()));
    usage.add(calls);
    const kept = [...this.days.keys()].sort().slice(-this.maxDays);
    for (const known of this.days.keys()) if (!kept.includes(known)) this.days.delete(known);
  }

  async read(days: readonly string[]): Promise<DayUsage[]> {
    return days.flatMap((day) => this.days.get(day) ?? []);
  }
}
