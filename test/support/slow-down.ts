/** Long enough that the scheduler switches to other processes, in milliseconds of CPU. */
const CPU_MS = 100;

/** The current slowdown of a process by CPU contention; 1 on an idle machine. */
export function slowDown(): number {
  const [cpu, since] = [process.cpuUsage(), performance.now()];
  for (;;) {
    const { user, system } = process.cpuUsage(cpu);
    const usedMs = (user + system) / 1_000;
    if (usedMs >= CPU_MS) return Math.max(1, (performance.now() - since) / usedMs);
  }
}
