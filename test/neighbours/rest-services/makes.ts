import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '#libs/process';
import { Program } from '#test/support/neighbours/program';
import * as programs from '#test/support/neighbours/server-programs';
import type { NeighbourProgram } from '#test/support/neighbours/programs';

/** A make of HTTP server that answers as the users service. */
export interface RestMake {
  make: string;
  program: NeighbourProgram;
  /** Whether a handler that fails unexpectedly closes its connection without an answer. */
  hangsUp?: boolean;
  /** How many connections it serves at a time, if each takes a process. */
  maxConnections?: number;
  /** The command that listens on a port. */
  command(port: number, folder: string): [command: string, ...args: string[]];
}

/** Where the services are. */
export const FOLDER = fileURLToPath(new URL('services/', import.meta.url));
const file = (name: string): string => join(FOLDER, name);
const python =
  (name: string) =>
  (port: number): [string, ...string[]] => [programs.PYTHON, '-B', file(name), `${port}`];

function built(source: string, port: number, folder: string): [string, string] {
  execFileSync('go', ['build', '-o', join(folder, 'service'), file(source)]);
  return [join(folder, 'service'), `${port}`];
}

/** All makes, each with the defaults of its server. */
export const MAKES: readonly RestMake[] = [
  { make: 'http.server', program: programs.flask, command: python('http_server.py') },
  { make: 'Flask', program: programs.flask, command: python('flask_app.py') },
  {
    make: 'gunicorn',
    program: programs.gunicorn,
    command: (port) => ['gunicorn', '-b', `127.0.0.1:${port}`, '--chdir', FOLDER, 'flask_app:app'],
  },
  { make: 'Django', program: programs.django, command: python('django_app.py') },
  { make: 'aiohttp', program: programs.aiohttp, command: python('aiohttp_app.py') },
  { make: 'FastAPI', program: programs.fastapi, command: python('fastapi_app.py') },
  {
    make: 'net/http of Go',
    program: programs.goCompiler,
    hangsUp: true,
    command: (port, folder) => built('go/users.go', port, folder),
  },
  { make: 'WEBrick', program: programs.webrick, command: (port) => ['ruby', file('webrick.rb'), `${port}`] },
  {
    make: 'Puma',
    program: programs.puma,
    command: (port) => ['puma', '-q', '-b', `tcp://127.0.0.1:${port}`, file('config.ru')],
  },
  { make: 'PHP', program: programs.php, command: (port) => ['php', '-S', `127.0.0.1:${port}`, file('users.php')] },
  { make: 'mod_php', program: programs.modPhp, maxConnections: 5, command: apacheWithPhp },
  {
    make: 'Mojolicious',
    program: programs.mojolicious,
    command: (port) => [
      'perl',
      file('mojolicious.pl'),
      'daemon',
      '-m',
      'production',
      '-l',
      `http://127.0.0.1:${port}`,
    ],
  },
  {
    make: 'Starman',
    program: programs.starman,
    maxConnections: 5,
    command: (port) => ['starman', '--listen', `127.0.0.1:${port}`, '--workers', '5', file('users.psgi')],
  },
  {
    make: 'Jetty',
    program: programs.jetty,
    command: (port, folder) => {
      const classes = ['-cp', [folder, ...programs.JETTY].join(':')];
      execFileSync('javac', [...classes, '-encoding', 'UTF-8', '-d', folder, file('JettyUsers.java')]);
      return ['java', ...classes, 'JettyUsers', `${port}`];
    },
  },
  {
    make: 'HttpServer of Java',
    program: programs.java,
    hangsUp: true,
    command: (port) => ['java', '-Dfile.encoding=UTF-8', file('Users.java'), `${port}`],
  },
];

/** Apache with its default process model, as `mod_php` needs it. */
function apacheWithPhp(port: number, folder: string): [string, ...string[]] {
  const module = (name: string) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so\n`;
  writeFileSync(
    join(folder, 'apache.conf'),
    `ServerName localhost
PidFile ${folder}/apache.pid
Listen 127.0.0.1:${port}
ErrorLog ${folder}/error.log
${['mpm_prefork', 'authz_core', 'mime', 'alias'].map(module).join('')}LoadModule php_module /usr/lib/apache2/modules/libphp${programs.modPhp.version()!}.so
TypesConfig /etc/mime.types
AliasMatch ^ ${file('users.php')}
<Directory ${FOLDER}>
  SetHandler application/x-httpd-php
</Directory>`,
  );
  return ['apache2', '-D', 'FOREGROUND', '-f', join(folder, 'apache.conf')];
}

/** A servlet that leaves its charset to the container. */
export const TOMCAT: RestMake = {
  make: 'Tomcat',
  program: programs.tomcat,
  command: (port, folder) => {
    const classes = ['-cp', [folder, ...programs.TOMCAT].join(':')];
    execFileSync('javac', [...classes, '-encoding', 'UTF-8', '-d', folder, file('TomcatUsers.java')]);
    return ['java', ...classes, 'TomcatUsers', `${port}`, folder];
  },
};

/** Answers in every way that HTTP allows. */
export const ANSWERS: RestMake = {
  make: 'net/http of Go',
  program: programs.goCompiler,
  command: (port, folder) => built('answers/answers.go', port, folder),
};

/** A service that runs. */
export interface RestService {
  port: number;
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a make. @param port a free one unless given */
export async function started({ command }: RestMake, port?: number): Promise<RestService> {
  const at = port ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'atrium-rest-'));
  const [program, ...args] = command(at, folder);
  const running = await Program.start(program, args, { port: at }, { PYTHONDONTWRITEBYTECODE: '1' });
  const end = async (signal?: NodeJS.Signals) => {
    await running.end(signal);
    rmSync(folder, { recursive: true, force: true });
  };
  await untilAnswered(`http://127.0.0.1:${at}/users?ids=u1`).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return { port: at, end };
}

/**
 * The first request to a JVM may take seconds, and on a busy machine some close the first connection, which probed their port.
 * @throws {TypeError} where the second request fails, too
 */
async function untilAnswered(url: string): Promise<void> {
  const request = async () => void (await (await fetch(url, { headers: { connection: 'close' } })).text());
  await request().catch(request);
}
