/** Long enough that a scheduler gives others their turns meanwhile, in milliseconds of CPU. */
const CPU_MS = 100;

/** How many times as long as on a quiet machine a process takes now to get its share of a core; 1 where nobody else wants it. */
export function slowDown(): number {
  const [cpu, since] = [process.cpuUsage(), performance.now()];
  for (;;) {
    const { user, system } = process.cpuUsage(cpu);
    const usedMs = (user + system) / 1_000;
    if (usedMs >= CPU_MS) return Math.max(1, (performance.now() - since) / usedMs);
  }
}
