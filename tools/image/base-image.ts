import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildah, buildahOutput, run } from './buildah.ts';

const DEBIAN = 'bookworm';
/** Node needs libatomic. */
const PACKAGES = 'ca-certificates,libatomic1';

/**
 * A base image of Debian with this Node and its npm, like the official one: made once, and kept by buildah.
 * @returns its name
 */
export async function baseImage(): Promise<string> {
  const name = `localhost/atrium-base:${process.versions.node}-${DEBIAN}`;
  if (buildahOutput('inspect', '--type', 'image', name)) return name;
  process.stderr.write(`Making ${name} by debootstrap, once: about a minute.\n`);
  const root = mkdtempSync(join(tmpdir(), 'atrium-base-'));
  try {
    await run('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, DEBIAN, root]);
    await run('chroot', [root, 'useradd', '--uid', '1000', '--create-home', 'node']);
    for (const folder of [
      'var/cache/apt',
      'var/lib/apt/lists',
      'usr/share/doc',
      'usr/share/man',
      'usr/share/locale',
    ])
      rmSync(join(root, folder), { recursive: true, force: true });
    cpSync(process.execPath, join(root, 'usr/local/bin/node'));
    cpSync(npmFolder(), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
    const container = buildahOutput('from', 'scratch')!;
    await buildah('add', '--quiet', container, root, '/');
    await buildah(
      'config',
      '--env',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      container,
    );
    await buildah('commit', '--quiet', '--rm', '--format', 'docker', container, name);
    return name;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The npm that runs this script, or that of the machine. @throws {Error} if there is none */
function npmFolder(): string {
  const cli = process.env['npm_execpath'];
  if (cli && existsSync(cli)) return join(realpathSync(cli), '../..');
  return join(execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim(), 'npm');
}
