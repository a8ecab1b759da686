export { MAX_ROWS, XLSX, xlsx } from './sheets.ts';
export type { Cell, Column, Sheet } from './workbook.worker.ts';
