import type { ImportedBatch, ImportedProduct } from '#gateway/upstreams/products/products.port';
import type { CheckedRow, RowProblem } from '#libs/rows';

/** The most products of a batch. */
export const BATCH = 200;
/** How many problems are in the result of the job; all are in a file. */
const MAX_INLINE = 1_000;
/** Below the limit of results, with room for a thousand of the longest reasons. */
const MAX_INLINE_CHARACTERS = 240_000;
const MAX_REASON = 150;

/** Writes a batch. @param batch from 0: the same file has the same batches each time */
export type WriteBatch = (batch: number, products: ImportedProduct[]) => Promise<ImportedBatch>;

/** What an import has done. */
export interface ImportReport {
  /** Rows that were written, or would be by a dry run. */
  accepted: number;
  rejected: number;
  created: number;
  updated: number;
  /** The first 1,000 problems. */
  rejectedRows: RowProblem[];
}

/** One run over the rows of a file. Equal files have equal batches, so that a later run repeats those of an earlier one. */
export class ProductImport {
  readonly report: ImportReport = { accepted: 0, rejected: 0, created: 0, updated: 0, rejectedRows: [] };
  private readonly write: WriteBatch;
  private batch: ImportedProduct[] = [];
  private ids = new Set<string>();
  private batches = 0;
  private inlineCharacters = 0;

  /** @param write for a dry run, does nothing */
  constructor(write: WriteBatch) {
    this.write = write;
  }

  /**
   * Imports the rows, and yields lines of JSON, one for each problem of a rejected row. A row with an id that was there before
   * replaces that product again: the last one counts.
   */
  async *rejections(rows: AsyncIterable<CheckedRow<ImportedProduct>[]>): AsyncGenerator<Buffer> {
    for await (const each of rows) {
      const lines: string[] = [];
      for (const row of each) {
        if ('problems' in row) lines.push(...this.reject(row.problems));
        else {
          if (this.batch.length === BATCH || this.ids.has(row.value.id)) await this.flush();
          this.batch.push(row.value);
          this.ids.add(row.value.id);
        }
      }
      if (lines.length) yield Buffer.from(lines.join(''));
    }
    await this.flush();
  }

  private reject(problems: readonly RowProblem[]): string[] {
    this.report.rejected += 1;
    return problems.map((problem) => this.note(problem));
  }

  private async flush(): Promise<void> {
    if (!this.batch.length) return;
    const { created, updated } = await this.write(this.batches, this.batch);
    this.report.accepted += this.batch.length;
    this.report.created += created;
    this.report.updated += updated;
    this.batches += 1;
    this.batch = [];
    this.ids = new Set();
  }

  private note({ line, column, reason }: RowProblem): string {
    const problem = { line, column, reason: reason.slice(0, MAX_REASON) };
    const json = JSON.stringify(problem);
    const { rejectedRows } = this.report;
    this.inlineCharacters += json.length;
    if (rejectedRows.length < MAX_INLINE && this.inlineCharacters <= MAX_INLINE_CHARACTERS)
      rejectedRows.push(problem);
    return `${json}\n`;
  }
}
