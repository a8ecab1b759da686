import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Running } from '#libs/process';

/** The SQLite files of services that were seeded once in this process, by service. */
const seeded = new Map<string, Promise<Buffer>>();

/**
 * Puts a copy of a service's demo data into `dataDir`, unless it has data: seeding takes longer than all else that a
 * service does when it starts.
 * @param start starts the service with its data in the given folder
 */
export async function copySeeded(
  name: string,
  dataDir: string,
  start: (dataDir: string) => Promise<Running>,
): Promise<void> {
  const file = join(dataDir, `${name}.sqlite`);
  if (existsSync(file)) return;
  const data = seeded.get(name) ?? seed(name, start);
  seeded.set(name, data);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, await data);
}

/** Stopping a service closes its file, which then is complete without its write-ahead log. */
async function seed(name: string, start: (dataDir: string) => Promise<Running>): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), `atrium-seeded-${name}-`));
  try {
    await (await start(folder)).stop();
    return readFileSync(join(folder, `${name}.sqlite`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
