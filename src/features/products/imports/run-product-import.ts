import { JobKind, type RunsJobs } from '#gateway/jobs/job-kind';
import { Products } from '#gateway/upstreams/products/products.port';
import type { RunningJob } from '#libs/jobs';
import { readRows } from '#libs/rows';
import type { Context } from '#libs/upstream';
import { z } from 'zod';
import { ImportFiles } from './import-files.ts';
import { productFile } from './product-file.ts';
import { type ImportReport, ProductImport } from './product-import.ts';

const ImportJob = z.strictObject({
  source: z.string(),
  size: z.int(),
  format: z.enum(['csv', 'ndjson']),
  isDryRun: z.boolean(),
});
type ImportJob = z.output<typeof ImportJob>;

/** The result of the job. */
export interface ImportResult extends ImportReport {
  isDryRun: boolean;
  /** A link to all problems of rejected rows, as JSON lines, for a week; null without any. */
  rejectedRowsUrl: string | null;
}

/**
 * Imports a stored file of products. After a crash it begins again: batches that the products service has written are known to
 * it by the id of the job and their number, and are not written twice.
 */
@JobKind({
  name: 'products.import',
  input: ImportJob,
  attempts: 8,
  backoffMs: 2_000,
  maxBackoffMs: 60_000,
  timeoutMs: 3_600_000,
})
export class RunProductImport implements RunsJobs<ImportJob, ImportResult> {
  constructor(
    private readonly products: Products,
    private readonly files: ImportFiles,
  ) {}

  /** @throws {GatewayError} GONE if the file is no longer stored; UPSTREAM_* */
  async run(context: Context, job: RunningJob<ImportJob>): Promise<ImportResult> {
    const { source, size, format, isDryRun } = job.input;
    const content = await this.files.open(source);
    const run = new ProductImport(async (batch, products) => {
      job.signal.throwIfAborted();
      if (isDryRun) return { created: 0, updated: 0 };
      return this.products.importBatch(context, job.id, batch, products);
    });
    const rows = readRows(
      counted(content, (bytes) => job.progress(bytes, size)),
      productFile(format),
    );
    const rejectedRowsUrl = (await this.files.keepRejected(job, run.rejections(rows))) ?? null;
    return { isDryRun, ...run.report, rejectedRowsUrl };
  }
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  note: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    yield chunk;
    bytes += chunk.length;
    note(bytes);
  }
}
