import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of this proof. It is removed when the process ends, whether the proof holds or fails. */
export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-study-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
