import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { NpmFolder } from '#test/support/neighbours/npm-folder';
import {
  chromium,
  firstMatch,
  type NeighbourProgram,
  npmPackage,
  output,
} from '#test/support/neighbours/programs';

/** Where the clients of npm are installed. */
export const npmClients = new NpmFolder('test/neighbours/realtime/front-ends');

/** Debian's Python, which has Debian's packages: another one may be first in PATH. */
export const PYTHON = '/usr/bin/python3';

/** Where Debian has the sources of packages for Go. */
export const GO_PATH = '/usr/share/gocode';

function debian(name: string, packages: string[], command: string, ...args: string[]): NeighbourProgram {
  return { name, packages, version: () => firstMatch(/(\d[\w.+-]*)/, output(command, ...args)) };
}

/** The version of a package of Debian, of those that do not say it. */
const versionOf = (name: string) =>
  firstMatch(
    /^ii (\d[\w.+]*)/,
    spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}${Version}', name], { encoding: 'utf8' }).stdout,
  );

const packaged = (name: string, packageName: string, ...more: string[]): NeighbourProgram => ({
  name,
  packages: [packageName, ...more],
  version: () => versionOf(packageName),
});

export const curl = debian('curl', ['curl'], 'curl', '--version');
export const netHttp = debian('Go net/http', ['golang-go'], 'go', 'version');
export const ruby = debian('Ruby Net::HTTP', ['ruby'], 'ruby', '--version');
export const java = debian('java.net.http', ['default-jdk-headless'], 'javac', '-version');
export const aiohttp = packaged('aiohttp', 'python3-aiohttp');
export const websockets = packaged('websockets', 'python3-websockets');
export const websocketClient = packaged('websocket-client', 'python3-websocket');
export const socketIo = packaged('python-socketio', 'python3-socketio', 'python3-websocket');
const GO_EVENTSOURCE = 'golang-github-donovanhide-eventsource-dev';
export const goEventsource: NeighbourProgram = {
  ...packaged('donovanhide/eventsource', GO_EVENTSOURCE, 'golang-go'),
  version: () => (existsSync(GO_PATH) ? versionOf(GO_EVENTSOURCE) : undefined),
};

const ofNpm = (name: string) => npmPackage(npmClients, name, name);
export const eventsource = ofNpm('eventsource');
export const eventsourceClient = ofNpm('eventsource-client');
export const launchDarkly = ofNpm('launchdarkly-eventsource');

/** What the quick set needs, and what the full set needs besides. */
export const programs = {
  quick: [
    curl,
    netHttp,
    goEventsource,
    ruby,
    java,
    aiohttp,
    websockets,
    websocketClient,
    socketIo,
    eventsource,
    eventsourceClient,
    launchDarkly,
    chromium,
  ],
  full: [],
};
