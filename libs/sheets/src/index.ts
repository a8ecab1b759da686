export { type Cell, type Column, type Sheet, workbook, XLSX } from './workbook.ts';
