export { csvLine, type CsvValue } from './csv-line.ts';
export { CsvWriter } from './csv-writer.ts';
export { TABLE_FORMATS, type TableFormat } from './formats.ts';
export { JsonArrayWriter } from './json-array-writer.ts';
export { NdjsonWriter } from './ndjson-writer.ts';
export { TableWriter } from './table-writer.ts';
export type { Column, Table } from './table.ts';
