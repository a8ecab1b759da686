import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { NpmFolder } from './npm-folder.ts';

/** A program of another make, as Debian or npm has it. */
export interface NeighbourProgram {
  name: string;
  /** What `apt-get install` is given; none where npm has it. */
  packages: readonly string[];
  /** Where npm installs it, with all that its lock file names. */
  npm?: NpmFolder;
  /** Its version; undefined where it is not on this machine. */
  version(): string | undefined;
}

/** What a command writes; undefined where there is none or it fails. */
function output(command: string, ...args: string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}`.trim() : undefined;
}

const firstMatch = (pattern: RegExp, text: string | undefined): string | undefined =>
  pattern.exec(text ?? '')?.[1];

/** A package of npm. */
export const npmPackage = (npm: NpmFolder, name: string, packageName: string): NeighbourProgram => ({
  name,
  packages: [],
  npm,
  version: () => npm.version(packageName),
});

/** How a program that is missing is had. */
export const sourceOf = ({ packages, npm }: NeighbourProgram): string =>
  npm ? 'npm run test:neighbours -- --install' : `apt-get install ${packages.join(' ')}`;

/** Where Debian keeps servers, which is not in everybody's PATH; else the first in PATH. */
export function serverCommand(name: string): string {
  const file = `/usr/sbin/${name}`;
  return existsSync(file) ? file : name;
}

const PYTHONS = ['/usr/bin/python3', 'python3'];
const PRINT_VERSION = ['-c', 'import grpc; print(grpc.__version__)'];

/** The Python that has grpcio: Debian's, though another comes first in PATH. */
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

/** Where Debian has the browser. */
export const CHROMIUM = '/usr/bin/chromium';

/** The browser, which tests drive by playwright-core. */
export const chromium: NeighbourProgram = {
  name: 'Chromium',
  packages: ['chromium'],
  version: () => firstMatch(/Chromium (\S+)/, output(CHROMIUM, '--version')),
};

/** Where Debian has the other browser. */
export const FIREFOX = '/usr/bin/firefox-esr';

/** The browser, which tests drive by puppeteer-core over WebDriver BiDi. */
export const firefox: NeighbourProgram = {
  name: 'Firefox',
  packages: ['firefox-esr'],
  version: () => firstMatch(/Firefox (\S+)/, output(FIREFOX, '--version')),
};
