import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const SHARE = '/usr/share/glewlwyd';

/** Copies the pages of Glewlwyd: it serves none that are links to other folders, and Debian has a folder in place of their settings. */
export function copyGlewlwydPages(to: string): void {
  cpSync(join(SHARE, 'webapp'), to, { recursive: true, dereference: true });
  rmSync(join(to, 'config.json'), { recursive: true });
  copyFileSync(join(SHARE, 'templates/config.json'), join(to, 'config.json'));
}
