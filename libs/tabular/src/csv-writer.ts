import { csvLine } from './csv-line.ts';
import { TableWriter } from './table-writer.ts';
import type { Table } from './table.ts';

/** Writes rows as `text/csv` with a header row (RFC 4180). An end that was not reached cannot be told from the text. */
export class CsvWriter<Row> extends TableWriter<Row> {
  private header: string;

  constructor(private readonly table: Pick<Table<Row>, 'columns'>) {
    super();
    this.header = csvLine(table.columns.map(({ name }) => name));
  }

  protected textOf(batch: readonly Row[]): string {
    const { columns } = this.table;
    let text = this.takeHeader();
    for (const row of batch) text += csvLine(columns.map((column) => column.value(row)));
    return text;
  }

  protected ending(): string {
    return this.takeHeader();
  }

  private takeHeader(): string {
    const { header } = this;
    this.header = '';
    return header;
  }
}
