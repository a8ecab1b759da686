const BARS = '▁▂▃▄▅▆▇█';

/** Values as one line of bars, the highest at `max`. */
export function sparkline(values: readonly number[], max = Math.max(...values), width = 40): string {
  const step = Math.max(1, values.length / width);
  const picked = Array.from({ length: Math.min(width, values.length) }, (_, n) => values[Math.floor(n * step)]!);
  return picked.map((value) => BARS[Math.min(BARS.length - 1, Math.floor((value / max) * BARS.length))]).join('');
}
