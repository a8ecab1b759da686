import { TableWriter } from './table-writer.ts';
import type { Table } from './table.ts';

/**
 * Writes rows as newline-delimited JSON, and a last record that tells whether they are all: `end`, the number of
 * `rows`, the `cursor` after the last one, and the `error` if there was one. Without that record the end is missing.
 */
export class NdjsonWriter<Row> extends TableWriter<Row> {
  private failure: object | undefined;

  constructor(private readonly table: Pick<Table<Row>, 'record' | 'cursor'>) {
    super();
  }

  /** Makes the last record one of an error: the end of the rows that follows was not the real one. */
  fail(error: object): void {
    this.failure = error;
  }

  protected textOf(batch: readonly Row[]): string {
    let text = '';
    for (const row of batch) text += `${JSON.stringify(this.table.record(row))}\n`;
    return text;
  }

  protected ending(): string {
    const { rows, last, failure } = this;
    const cursor = last === undefined ? null : this.table.cursor(last);
    return `${JSON.stringify({ end: failure === undefined, rows, cursor, error: failure })}\n`;
  }
}
