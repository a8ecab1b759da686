import { appendFileSync } from 'node:fs';

/** What one client met in one scenario. */
export interface Figures {
  scenario: string;
  client: string;
  calls: number;
  failures: number;
  /** How often each way to fail was met. */
  failedAs: Record<string, number>;
  /** Connections that were made; undefined where nobody counted. */
  connections?: number;
  durationMs: number;
  /** CPU time of the client's process for a call, in microseconds, where it was measured. */
  cpuMicros?: number;
}

/** Prints figures as they come, and keeps them for the table at the end of `npm run test:neighbours`. */
export function note(figures: Figures): void {
  const { scenario, client, calls, failures, failedAs, durationMs } = figures;
  const why = Object.entries(failedAs).map(([how, count]) => `${count} × ${how}`);
  const failed = failures ? `${failures} failed (${why.join('; ')})` : 'none failed';
  process.stdout.write(
    `  ${scenario}, ${client}: ${calls} calls, ${failed}, ${(durationMs / 1000).toFixed(1)} s\n`,
  );
  const file = process.env['NEIGHBOURS_TABLE'];
  if (file) appendFileSync(file, `${JSON.stringify(figures)}\n`);
}
