import { ClamdScanner } from './clamd.ts';
import { IcapScanner } from './icap.ts';
import { ProgramScanner } from './program.ts';
import type { ScanTarget } from './scan-url.ts';
import type { Scanner } from './scanner.ts';

/** The scanner at an address. It connects with the first file. @param timeoutMs for each file */
export function openScanner(target: ScanTarget, timeoutMs: number): Scanner {
  switch (target.kind) {
    case 'clamd':
      return new ClamdScanner(target, timeoutMs);
    case 'icap':
      return new IcapScanner(target, timeoutMs);
    case 'program':
      return new ProgramScanner(target.path, target.args, timeoutMs);
  }
}
