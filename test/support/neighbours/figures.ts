import { appendFileSync } from 'node:fs';

/** The results of one client in one scenario. */
export interface Figures {
  scenario: string;
  client: string;
  calls: number;
  failures: number;
  /** The number of failures by kind. */
  failedAs: Record<string, number>;
  /** The number of connections; undefined if not counted. */
  connections?: number;
  durationMs: number;
  /** CPU time of the client process per call, in microseconds, if measured. */
  cpuMicros?: number;
}

/** Prints figures immediately, and stores them for the table at the end of `npm run test:neighbours`. */
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
