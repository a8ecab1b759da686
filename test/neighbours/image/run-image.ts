import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildahOutput } from '#tools/image/buildah';
import { type Output, outputOf } from '#libs/testing';

/** What an image says of how it is run. */
export interface ImageConfig {
  Env: string[];
  Cmd: string[];
  User: string;
  WorkingDir: string;
  StopSignal: string;
  Labels: Record<string, string>;
  Healthcheck: { Test: string[]; Interval: number; Timeout: number };
}

/**
 * The container of an image, as an engine would run it with `--read-only --cap-drop=all --security-opt=no-new-privileges`, but
 * with the network of this machine. Only volumes and /tmp can be written.
 */
export class Container {
  private readonly name: string;
  readonly root: string;
  readonly config: ImageConfig;
  private readonly view = mkdtempSync(join(tmpdir(), 'atrium-container-'));

  constructor(image: string) {
    this.name = buildahOutput('from', '--pull-never', image)!;
    this.root = buildahOutput('mount', this.name)!;
    const inspected = buildahOutput('inspect', '--type', 'image', image)!;
    this.config = (JSON.parse(inspected) as { Docker: { config: ImageConfig } }).Docker.config;
  }

  /** Runs a program of the image as its user; its own command by default. */
  start(
    settings: NodeJS.ProcessEnv,
    command: readonly string[] = this.config.Cmd,
    volumes: readonly string[] = [],
  ) {
    const ofImage = Object.fromEntries(this.config.Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
    const env = JSON.stringify({ ...ofImage, ...settings });
    const [user, group = user] = this.userIds();
    const script = [
      'set -e; root=$1; shift',
      'mount --bind "$0" "$root"; mount -o remount,bind,ro,nosuid,nodev "$root"',
      '[ ! -d "$root/proc" ] || mount -t proc proc "$root/proc" || mount --rbind /proc "$root/proc"',
      '[ ! -d "$root/dev" ] || mount --rbind /dev "$root/dev"',
      'mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"',
      ...volumes.map((path) => `mount -t tmpfs -o uid=${user},gid=${group},mode=700 tmpfs "$root${path}"`),
      `exec setpriv --no-new-privs chroot --userspec=${user}:${group} --groups= "$root" "$@"`,
    ].join('\n');
    // The working directory: chroot starts in /, and a distroless image has no shell to change it.
    const node = join('/', spawnNode(this.root));
    const boot = `process.chdir(${JSON.stringify(this.config.WorkingDir)}); const [program, ...args] = ${JSON.stringify(command)}; process.execve(process.execPath, [program, ...args], ${env})`;
    const args = ['--mount', '--propagation', 'private', 'sh', '-c', script, this.root, this.view];
    const child = spawn('unshare', [...args, node, '--no-warnings', '--eval', boot], {
      // The PATH of a distroless image has none of these programs.
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, output: outputOf(child) as Output };
  }

  /** Runs a program of the image to its end. @returns its exit code and output */
  async run(command: readonly string[], settings: NodeJS.ProcessEnv = {}) {
    const { child, output } = this.start(settings, command);
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, text: output.text() };
  }

  close(): void {
    buildahOutput('rm', this.name);
    rmdirSync(this.view);
  }

  private userIds(): string[] {
    const { User } = this.config;
    if (/^\d/.test(User)) return User.split(':');
    const passwd = execFileSync('grep', [`^${User}:`, join(this.root, 'etc/passwd')], { encoding: 'utf8' });
    return passwd.split(':').slice(2, 4);
  }
}

const spawnNode = (root: string): string => {
  const { stdout } = spawnSync('find', [join(root, 'usr/local/bin'), '-name', 'node'], { encoding: 'utf8' });
  return stdout.trim().slice(root.length);
};
