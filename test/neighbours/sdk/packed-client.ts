import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildClient } from '#tools/sdk/build';

/** Runs a command. @returns what it wrote @throws {Error} with that, where it fails */
export function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  return stdout;
}

/** The package as npm packs it, and projects that have nothing else. */
export class PackedClient {
  readonly folder = mkdtempSync(join(tmpdir(), 'atrium-packed-'));
  /** The package before it is packed. */
  readonly source = join(this.folder, 'source');
  readonly tarball: string;

  constructor() {
    cpSync('clients/sdk', this.source, { recursive: true, filter: (path) => !path.endsWith('/dist') });
    buildClient(this.source);
    run(this.source, 'npm', 'pack', '--pack-destination', this.folder);
    this.tarball = join(
      this.folder,
      readdirSync(this.folder).find((name) => name.endsWith('.tgz'))!,
    );
  }

  /** An empty project with the package in it. */
  project(name: string, files: Record<string, string>): string {
    const folder = join(this.folder, name);
    mkdirSync(folder);
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
    run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--offline', this.tarball);
    return folder;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
