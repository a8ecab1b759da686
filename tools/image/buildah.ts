import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Works without an engine, without overlay mounts and in a container. */
const ENVIRONMENT = { STORAGE_DRIVER: 'vfs', BUILDAH_ISOLATION: 'chroot' };

/** Why images cannot be built here; undefined if they can. @param withBase whether a base image is to be made, too */
export function missingTools(withBase: boolean): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'npm run image needs Linux and root: sudo npm run image';
  const tools = ['buildah', ...(withBase ? ['debootstrap'] : [])];
  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error);
  return missing.length
    ? `npm run image needs ${missing.join(' and ')}: apt-get install ${missing.join(' ')}`
    : undefined;
}

/** Runs buildah, its output shown. @throws {Error} if it fails */
export async function buildah(...args: readonly string[]): Promise<void> {
  await run('buildah', args, ENVIRONMENT);
}

/** The output of buildah; undefined if it fails. */
export function buildahOutput(...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('buildah', args, {
    encoding: 'utf8',
    env: { ...process.env, ...ENVIRONMENT },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs a program, its output shown on standard error. @throws {Error} if it fails */
export async function run(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 2, 2], env: { ...process.env, ...environment } });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  if (exitCode !== 0) throw new Error(`${program} ${args[0]} failed (exit code ${exitCode})`);
}
