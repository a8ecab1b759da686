import { pipeline, Readable } from 'node:stream';
import { FileLinks } from '#gateway/files/file-links';
import { LINK_SECONDS, PersonalFiles } from '#gateway/files/personal-files';
import { JobKind } from '#gateway/jobs/job-kind';
import type { RunningJob } from '#libs/jobs';
import { ObjectStorage } from '#libs/object-storage';
import { TABLE_FORMATS } from '#libs/tabular';
import type { AnswerStream, Context } from '#libs/upstream';
import { body, type InputOf } from '#libs/view';
import { z } from 'zod';
import { ExportOrders } from './export-orders.ts';
import { orderTable } from './order-table.ts';

/** What an export as a job is asked for with. */
export const OrderExportBody = body('OrderExportBody', {
  format: z.enum(['CSV', 'NDJSON', 'JSON']).default('CSV'),
});

/** A finished export. */
export interface OrderExportFile {
  /** A link to the file, which needs no token. */
  url: string;
  /** When the link expires (RFC 3339). */
  expiresAt: string;
  rows: number;
  /** In bytes. */
  size: number;
  sha256: string;
}

/** Writes exports of orders to files. */
@JobKind({ name: 'orders.export', input: OrderExportBody.schema, concurrency: 2, timeoutMs: 30 * 60_000 })
export class WriteOrderExport {
  constructor(
    private readonly exportOrders: ExportOrders,
    private readonly storage: ObjectStorage,
    private readonly files: PersonalFiles,
    private readonly links: FileLinks,
  ) {}

  /**
   * Writes all orders of the owner, or of everybody for an admin, to a file of the owner's. A further attempt replaces the file of
   * the job.
   * @throws {GatewayError} UPSTREAM_*, STORAGE_FULL
   */
  async run(context: Context, job: RunningJob<InputOf<typeof OrderExportBody>>): Promise<OrderExportFile> {
    const { contentType, ending, writer: writerOf } = TABLE_FORMATS[job.input.format];
    const rows = await this.exportOrders.run(context, {});
    context.onEnd(() => rows.close());
    const writer = writerOf(orderTable);
    // The storage, which reads the writer, gets its error.
    pipeline(Readable.from(whole(context, rows, job), { highWaterMark: 1 }), writer, () => rows.close());
    const key = `${this.files.prefixOf(job.owner, 'exports')}${job.id}`;
    const { size, sha256 } = await this.storage.put(key, writer, { type: contentType });
    const expiresAt = new Date(Date.now() + LINK_SECONDS.exports * 1_000).toISOString();
    const url = this.links.issue({ key, name: `${orderTable.name}.${ending}` }, LINK_SECONDS.exports);
    return { url, expiresAt, rows: writer.rows, size, sha256 };
  }
}

/** Passes rows on and reports their number. @throws {GatewayError} the reason of the context, if it ends before them */
async function* whole<Row>(
  context: Context,
  batches: AnswerStream<Row[]>,
  job: Pick<RunningJob, 'progress'>,
): AsyncGenerator<Row[]> {
  let done = 0;
  for await (const batch of batches) {
    yield batch;
    done += batch.length;
    job.progress(done);
  }
  // A stream that was closed ends like one that is whole.
  if (context.endedBy) throw context.reason;
}
