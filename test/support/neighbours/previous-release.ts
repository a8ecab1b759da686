import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const RECORD = 'released/previous.json';

/**
 * The release before this one, built outside the repository from the commit that `released/previous.json` names. It has the
 * packages of its own lock file, or those of this checkout where the lock files are the same.
 */
export class PreviousRelease {
  readonly commit: string;
  /** Its folder, with `dist`. */
  readonly path: string;

  constructor() {
    ({ commit: this.commit } = JSON.parse(readFileSync(RECORD, 'utf8')) as { commit: string });
    const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
    this.path = join(cache, 'atrium', 'releases', this.commit.slice(0, 16));
  }

  /** The commit, if it is built on this machine. The checkout whose packages it has may be gone. */
  version(): string | undefined {
    const isBuilt = ['dist/bundles/gateway.js', 'node_modules/.bin'].every((file) =>
      existsSync(join(this.path, file)),
    );
    return isBuilt ? this.commit.slice(0, 12) : undefined;
  }

  /** Builds it. @throws {Error} if the commit is not in this clone, or npm or the build fails */
  install(): void {
    if (this.version()) return;
    mkdirSync(dirname(this.path), { recursive: true });
    // Complete, or missing.
    const folder = mkdtempSync(`${this.path}-`);
    try {
      this.extract(folder);
      const isSame = readFileSync('package-lock.json').equals(readFileSync(join(folder, 'package-lock.json')));
      if (isSame) symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
      else
        finished(
          'npm ci',
          run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], folder),
        );
      finished('its build', run(process.execPath, ['-C', 'atrium', 'tools/build.ts'], folder));
      rmSync(this.path, { recursive: true, force: true });
      renameSync(folder, this.path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private extract(folder: string): void {
    const archive = join(folder, 'release.tar');
    const { status } = run('git', ['archive', '--format=tar', '-o', archive, this.commit], '.');
    if (status !== 0)
      throw new Error(`The commit ${this.commit} of ${RECORD} is not in this clone: git fetch --unshallow`);
    finished('tar', run('tar', ['-xf', archive], folder));
    rmSync(archive);
  }
}

const run = (command: string, args: readonly string[], cwd: string): SpawnSyncReturns<string> =>
  spawnSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'] });

function finished(what: string, { status, stderr, error }: SpawnSyncReturns<string>): void {
  if (status !== 0) throw new Error(`${what} of the previous release failed:\n${stderr}`, { cause: error });
}
