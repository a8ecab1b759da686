import { GatewayError } from '#libs/errors';
import { type WorkerPool, workerTask } from '#libs/workers';
import type { Sheet, workbook } from './workbook.worker.ts';

const WORKBOOK = workerTask<typeof workbook>(import.meta.url, './workbook.worker', 'workbook');

/** The media type of XLSX. */
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** The most rows of a workbook: some 100 MB in its thread. */
export const MAX_ROWS = 100_000;
const TIMEOUT_MS = 120_000;

/**
 * Writes a workbook as XLSX, in a thread.
 * @throws {GatewayError} PAYLOAD_TOO_LARGE for more than 100,000 rows; OVERLOADED if too much work waits
 */
export async function xlsx(
  pool: WorkerPool,
  sheets: readonly Sheet[],
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const rows = sheets.reduce((sum, sheet) => sum + sheet.rows.length, 0);
  if (rows > MAX_ROWS)
    throw new GatewayError('PAYLOAD_TOO_LARGE', { detail: `A report has at most ${MAX_ROWS} rows.` });
  return pool.run(WORKBOOK, { input: sheets }, { signal, timeoutMs: TIMEOUT_MS });
}
