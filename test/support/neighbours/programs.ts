import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { NpmFolder } from './npm-folder.ts';

/** A third-party program from Debian or npm. */
export interface NeighbourProgram {
  name: string;
  /** The Debian packages; none for npm programs. */
  packages: readonly string[];
  /** What npm installs: a folder with a lock file. */
  npm?: { install(): void };
  /** Its version; undefined if it is not on this machine. */
  version(): string | undefined;
}

/** The output of a command; undefined if it is missing or fails. */
export function output(command: string, ...args: string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}

/** The first group of a match; undefined without one. */
export const firstMatch = (pattern: RegExp, text: string | undefined): string | undefined =>
  pattern.exec(text ?? '')?.[1];

/** A package of npm. */
export const npmPackage = (npm: NpmFolder, name: string, packageName: string): NeighbourProgram => ({
  name,
  packages: [],
  npm,
  version: () => npm.version(packageName),
});

/** The command that installs a missing program. */
export const sourceOf = ({ packages, npm }: NeighbourProgram): string =>
  npm ? 'npm run test:neighbours -- --install' : `apt-get install ${packages.join(' ')}`;

/** Debian's folder of servers, which is not in every PATH; else the first in PATH. */
export function serverCommand(name: string): string {
  const file = `/usr/sbin/${name}`;
  return existsSync(file) ? file : name;
}

const PYTHONS = ['/usr/bin/python3', 'python3'];
const PRINT_VERSION = ['-c', 'import grpc; print(grpc.__version__)'];

/** The Python with grpcio: Debian's, even if another is first in PATH. */
export const python = (): string =>
  PYTHONS.find((command) => output(command, ...PRINT_VERSION) !== undefined) ?? PYTHONS[0]!;

export const grpcio: NeighbourProgram = {
  name: 'grpcio',
  packages: ['python3-grpcio'],
  version: () => output(python(), ...PRINT_VERSION),
};

export const nginx: NeighbourProgram = {
  name: 'nginx',
  packages: ['nginx'],
  version: () => firstMatch(/nginx\/(\S+)/, output(serverCommand('nginx'), '-v')),
};

export const haproxy: NeighbourProgram = {
  name: 'HAProxy',
  packages: ['haproxy'],
  version: () => firstMatch(/version (\S+)/, output(serverCommand('haproxy'), '-v')),
};

export const logrotate: NeighbourProgram = {
  name: 'logrotate',
  packages: ['logrotate'],
  version: () => firstMatch(/logrotate (\S+)/, output(serverCommand('logrotate'), '--version')),
};

export const caddy: NeighbourProgram = {
  name: 'Caddy',
  packages: ['caddy'],
  version: () => firstMatch(/v?(\d\S*)/, output('caddy', 'version')),
};

export const varnish: NeighbourProgram = {
  name: 'Varnish',
  packages: ['varnish'],
  version: () => firstMatch(/varnish-(\S+)/, output(serverCommand('varnishd'), '-V')),
};

export const apache: NeighbourProgram = {
  name: 'Apache',
  packages: ['apache2'],
  version: () => firstMatch(/Apache\/(\S+)/, output(serverCommand('apache2'), '-v')),
};

export const squid: NeighbourProgram = {
  name: 'Squid',
  packages: ['squid'],
  version: () => firstMatch(/Version (\S+)/, output(serverCommand('squid'), '-v')),
};

export const trafficServer: NeighbourProgram = {
  name: 'Traffic Server',
  packages: ['trafficserver'],
  version: () => firstMatch(/Server (\d\S+)/, output('traffic_server', '-V')),
};

const GRPC_GO = '/usr/share/gocode/src/google.golang.org/grpc/version.go';

/** grpc-go with the compiler, which builds it from Debian's sources. */
export const go: NeighbourProgram = {
  name: 'grpc-go',
  packages: ['golang-go', 'golang-google-grpc-dev'],
  version: () =>
    output('go', 'version') && existsSync(GRPC_GO)
      ? firstMatch(/Version = "(\S+)"/, readFileSync(GRPC_GO, 'utf8'))
      : undefined,
};

/** The libraries that Helm's engine is made of, with the compiler; Debian has no Helm. */
export const sprig: NeighbourProgram = {
  name: 'sprig',
  packages: ['golang-go', 'golang-github-masterminds-sprig-dev', 'golang-k8s-sigs-yaml-dev'],
  version: () =>
    existsSync('/usr/share/gocode/src/sigs.k8s.io/yaml')
      ? output('dpkg-query', '--show', '--showformat=${Version}', 'golang-github-masterminds-sprig-dev')
      : undefined,
};

/** Prometheus' tool for its formats; Debian has it beside the server. */
export const promtool: NeighbourProgram = {
  name: 'promtool',
  packages: ['prometheus'],
  version: () => firstMatch(/version (\S+)/, output('promtool', '--version')),
};

/** The server that scrapes metrics. */
export const prometheus: NeighbourProgram = {
  name: 'Prometheus',
  packages: ['prometheus'],
  version: () => firstMatch(/version (\S+)/, output('prometheus', '--version')),
};

/** ClamAV's daemon, and clamscan, which is a program of its own. */
export const clamd: NeighbourProgram = {
  name: 'clamd',
  packages: ['clamav-daemon', 'clamav'],
  version: () => firstMatch(/ClamAV ([^\s/]+)/, output('clamd', '--version')),
};

/** An ICAP server, and its module that scans by clamd. */
export const cIcap: NeighbourProgram = {
  name: 'c-icap',
  packages: ['c-icap', 'libc-icap-mod-virus-scan'],
  version: () => firstMatch(/^([\d.]+)/m, output('c-icap', '-V')),
};

/** The server, with the programs that create, dump and restore databases. */
export const mariadb: NeighbourProgram = {
  name: 'MariaDB',
  packages: ['mariadb-server', 'mariadb-client'],
  version: () => firstMatch(/Ver (\S+)-MariaDB/, output(serverCommand('mariadbd'), '--version')),
};

/** The connection pooler of PostgreSQL. */
export const pgpool: NeighbourProgram = {
  name: 'Pgpool-II',
  packages: ['pgpool2'],
  version: () => firstMatch(/version (\S+)/, output(serverCommand('pgpool'), '--version')),
};

export const pgbouncer: NeighbourProgram = {
  name: 'PgBouncer',
  packages: ['pgbouncer'],
  version: () => firstMatch(/PgBouncer (\S+)/, output(serverCommand('pgbouncer'), '--version')),
};

/** Debian's path of Chromium. */
export const CHROMIUM = '/usr/bin/chromium';

/** The browser, which tests drive by playwright-core. */
export const chromium: NeighbourProgram = {
  name: 'Chromium',
  packages: ['chromium'],
  version: () => firstMatch(/Chromium (\S+)/, output(CHROMIUM, '--version')),
};

/** Debian's path of Firefox. */
export const FIREFOX = '/usr/bin/firefox-esr';

/** The browser, which tests drive by puppeteer-core over WebDriver BiDi. */
export const firefox: NeighbourProgram = {
  name: 'Firefox',
  packages: ['firefox-esr'],
  version: () => firstMatch(/Firefox (\S+)/, output(FIREFOX, '--version')),
};

/** Builds images without an engine. */
export const buildah: NeighbourProgram = {
  name: 'buildah',
  packages: ['buildah'],
  version: () => firstMatch(/version (\S+)/, output('buildah', '--version')),
};

/** Makes the system of a base image. */
export const debootstrap: NeighbourProgram = {
  name: 'debootstrap',
  packages: ['debootstrap'],
  version: () => firstMatch(/debootstrap (\S+)/, output(serverCommand('debootstrap'), '--version')),
};

/** Checks units of systemd. */
export const systemdAnalyze: NeighbourProgram = {
  name: 'systemd-analyze',
  packages: ['systemd'],
  version: () => firstMatch(/^systemd (\d+)/, output('systemd-analyze', '--version')),
};

/** The Redis server. */
export const redisServer: NeighbourProgram = {
  name: 'Redis',
  packages: ['redis-server'],
  version: () => firstMatch(/v=(\S+)/, output('redis-server', '--version')),
};

/** Debian's library of Gson. */
export const GSON = '/usr/share/java/gson.jar';

/** The compiler of Kotlin for the JVM, with Gson. */
export const kotlin: NeighbourProgram = {
  name: 'Kotlin',
  packages: ['kotlin', 'libgoogle-gson-java'],
  version: () => (existsSync(GSON) ? firstMatch(/kotlinc-jvm (\S+)/, output('kotlinc', '-version')) : undefined),
};
