import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Output, outputOf } from '#libs/testing';

const run = promisify(execFile);

const UNIT = 'atrium-gateway';

/**
 * systemd as the first process of its own namespaces: it has none of this machine's units, and this build of the gateway is
 * where docs/deploy/systemd.md puts it. $1 is the folder of the build, $2 the program node, $3 a folder whose `etc` becomes
 * /etc/atrium, and whose `system` the folder of units.
 */
const BOOT = `
set -e
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
mount --bind "$3/system" /etc/systemd/system
mkdir -p /etc/atrium
mount --bind "$3/etc" /etc/atrium
for wants in /lib/systemd/system/*.target.wants; do mount -t tmpfs tmpfs "$wants"; done
for folder in lib cache; do
  mount -t tmpfs tmpfs /var/$folder
  mkdir -m 700 /var/$folder/private
done
mount -t tmpfs tmpfs /opt
for name in dist node_modules clients released; do
  mkdir -p /opt/atrium/$name
  mount --rbind "$1/$name" /opt/atrium/$name
done
cp "$1/package.json" /opt/atrium/
mount -t tmpfs tmpfs /usr/local/bin
touch /usr/local/bin/node
mount --bind "$2" /usr/local/bin/node
# Credentials are mounted by a process of their own, and reach the others only where mounts are shared.
mount --make-rshared /
export container=test
exec /lib/systemd/systemd --system --unit=basic.target
`;

/** Asks systemd to stop its units and to end; SIGRTMIN+3 by its number on Linux. */
const HALT = 37;

/** The unit of docs/deploy/systemd.md under a systemd that is booted for it, with the network of this machine. */
export class BootedSystemd {
  private readonly folder = mkdtempSync(join(tmpdir(), 'atrium-systemd-'));
  private readonly outer: ChildProcess;
  private readonly complaints: Output;

  /**
   * @param settings the lines of gateway.env
   * @param secrets the files of /etc/atrium/secrets by name
   */
  constructor(settings: NodeJS.ProcessEnv, secrets: Record<string, string>) {
    const at = (...path: string[]) => join(this.folder, ...path);
    mkdirSync(at('etc/secrets'), { recursive: true, mode: 0o700 });
    mkdirSync(at(`system/${UNIT}.service.d`), { recursive: true });
    for (const [name, secret] of Object.entries(secrets)) writeFileSync(at('etc/secrets', name), secret);
    this.addSettings(settings);
    copyFileSync(`docs/deploy/systemd/${UNIT}.service`, at(`system/${UNIT}.service`));
    // No journal is there.
    const output = `[Service]\nStandardOutput=append:${at('log')}\nStandardError=append:${at('log')}\n`;
    writeFileSync(at(`system/${UNIT}.service.d/output.conf`), output);
    const namespaces = ['--kill-child', '--fork', '--pid', '--mount', '--cgroup'];
    const boot = ['sh', '-c', BOOT, 'sh', process.cwd(), process.execPath, this.folder];
    this.outer = spawn('unshare', [...namespaces, ...boot], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.complaints = outputOf(this.outer);
  }

  /** Adds lines to gateway.env. */
  addSettings(settings: NodeJS.ProcessEnv): void {
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    appendFileSync(join(this.folder, 'etc/gateway.env'), lines.join(''));
  }

  /** Waits until systemd takes commands. @throws {Error} if it ends before that */
  async booted(): Promise<void> {
    while (!(await this.systemctl('show', '--property=Version').catch(() => ''))) {
      if (this.outer.exitCode !== null) throw new Error(`systemd did not boot: ${this.complaints.text()}`);
      await setTimeout(50);
    }
  }

  /** Runs systemctl there. @returns what it prints @throws {Error} if it fails, with what the gateway logged */
  async systemctl(...args: string[]): Promise<string> {
    const inside = ['--target', `${this.pid()}`, '--pid', '--mount', '--cgroup', 'systemctl', ...args];
    try {
      return (await run('nsenter', inside)).stdout.trim();
    } catch (error) {
      throw new Error(`systemctl ${args.join(' ')}: ${this.log()}`, { cause: error });
    }
  }

  /** A property of the unit, for example `MainPID`. */
  property(name: string): Promise<string> {
    return this.systemctl('show', '--value', `--property=${name}`, UNIT);
  }

  /** What the gateway has logged. */
  log(): string {
    const file = join(this.folder, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Stops the gateway and systemd. */
  async close(): Promise<void> {
    const ended = once(this.outer, 'exit');
    process.kill(this.pid(), HALT);
    await ended;
    rmSync(this.folder, { recursive: true });
    rmdirSync('/etc/atrium');
  }

  /** The first process of the namespaces. @throws {Error} if there is none */
  private pid(): number {
    const children = `/proc/${this.outer.pid}/task/${this.outer.pid}/children`;
    const pid = existsSync(children) ? Number(readFileSync(children, 'utf8')) : 0;
    if (!pid) throw new Error(`systemd has not begun, or has ended: ${this.complaints.text()}`);
    return pid;
  }
}
