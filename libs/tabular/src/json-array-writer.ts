import { TableWriter } from './table-writer.ts';
import type { Table } from './table.ts';

/** Writes rows as one JSON array (RFC 8259), a row a line. An array without its end is not JSON. */
export class JsonArrayWriter<Row> extends TableWriter<Row> {
  private separator = '[\n';

  constructor(private readonly table: Pick<Table<Row>, 'record'>) {
    super();
  }

  protected textOf(batch: readonly Row[]): string {
    let text = '';
    for (const row of batch) {
      text += this.separator + JSON.stringify(this.table.record(row));
      this.separator = ',\n';
    }
    return text;
  }

  protected ending(): string {
    return this.rows ? '\n]\n' : '[]\n';
  }
}
