export { type CheckedRow, readRows, type RowFile } from './read-rows.ts';
export { type Columns, MAX_ROW_BYTES, type RowFormat, type RowProblem } from './row.ts';
