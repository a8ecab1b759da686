export { openScanner } from './open-scanner.ts';
export { parseScanUrl, type ScanTarget } from './scan-url.ts';
export { type ScannedFile, Scanner, type ScanVerdict } from './scanner.ts';
