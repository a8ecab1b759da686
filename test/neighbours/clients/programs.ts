import { spawnSync } from 'node:child_process';
import { NpmFolder } from '#test/support/neighbours/npm-folder';
import { type NeighbourProgram, npmPackage } from '#test/support/neighbours/programs';

/** Where the clients of npm are installed. */
export const npmClients = new NpmFolder('test/neighbours/clients/front-ends');

/** Debian's Python, which has Debian's packages: another one may be first in PATH. */
export const PYTHON = '/usr/bin/python3';

/** A program of Debian. @param pattern what its version is in what it prints */
function debian(name: string, packages: string[], [command = '', ...args]: string[], pattern = /(\d[\w.+-]*)/) {
  const version = () => {
    const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    return status === 0 ? pattern.exec(`${stdout}${stderr}`)?.[1] : undefined;
  };
  return { name, packages, version } satisfies NeighbourProgram;
}

/** A package of Debian for Python, with the modules that it uses if they are there. */
const python = (name: string, packages: string[], ...modules: string[]) =>
  debian(name, packages, [PYTHON, '-c', `import ${[name, ...modules].join(', ')}; print(${name}.__version__)`]);
const perl = (name: string, packages: string[]) =>
  debian(name, packages, ['perl', `-M${name}`, '-MLWP::Protocol::https', '-e', `print $${name}::VERSION`]);

export const curl = debian('curl', ['curl'], ['curl', '--version']);
export const wget = debian('wget', ['wget'], ['wget', '--version']);
export const urllib = debian('urllib', ['python3'], [PYTHON, '--version']);
export const requests = python('requests', ['python3-requests', 'python3-brotli'], 'brotli');
export const httpx = python('httpx', ['python3-httpx', 'python3-h2', 'python3-brotli'], 'h2', 'brotli');
export const aiohttp = python('aiohttp', ['python3-aiohttp']);
export const netHttp = debian('Go net/http', ['golang-go'], ['go', 'version'], /go(\d\S*)/);
export const ruby = debian('Ruby Net::HTTP', ['ruby'], ['ruby', '--version']);
export const lwp = perl('LWP', ['libwww-perl', 'liblwp-protocol-https-perl']);
export const php = debian('PHP', ['php-cli', 'php-curl'], ['php', '-r', 'curl_version(); echo PHP_VERSION;']);
export const java = debian('java.net.http', ['default-jdk-headless'], ['javac', '-version']);

const ofNpm = (name: string) => npmPackage(npmClients, name, name);
export const got = ofNpm('got');
export const axios = ofNpm('axios');
export const ky = ofNpm('ky');
export const nodeFetch = ofNpm('node-fetch');

/** What the quick set needs, and what the full set needs besides. */
export const programs = {
  quick: [curl, wget, urllib, requests, httpx, aiohttp, netHttp, ruby, lwp, php, java, got, axios, ky, nodeFetch],
  full: [],
};
