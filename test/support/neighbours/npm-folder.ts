import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const FILES = ['package.json', 'package-lock.json'];

/**
 * npm packages outside the project's dependencies, installed outside the repository with the versions of their lock
 * file.
 */
export class NpmFolder {
  /** Their folder, one per lock file. */
  readonly path: string;
  private readonly source: string;

  /** @param source the folder of `package.json` and `package-lock.json` */
  constructor(source: string) {
    this.source = source;
    const hash = createHash('sha256');
    for (const file of FILES) hash.update(readFileSync(join(source, file)));
    const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
    this.path = join(cache, 'atrium', 'neighbours', hash.digest('hex').slice(0, 16));
  }

  /** The version of a package; undefined if it is not installed. */
  version(name: string): string | undefined {
    const file = join(this.path, 'node_modules', name, 'package.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined;
  }

  /** Installs all of them without install scripts. @throws {Error} if npm fails */
  install(): void {
    if (existsSync(this.path)) return;
    mkdirSync(dirname(this.path), { recursive: true });
    // An unfinished installation is in another folder, so that this one is complete or missing.
    const folder = mkdtempSync(`${this.path}-`);
    try {
      for (const file of FILES) cpSync(join(this.source, file), join(folder, file));
      const { status, error, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      if (status !== 0) throw new Error(`npm ci in ${this.source} failed:\n${stderr}`, { cause: error });
      renameSync(folder, this.path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
