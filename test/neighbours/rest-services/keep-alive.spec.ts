import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, jest } from '@jest/globals';
import { freePort } from '#libs/process';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { UsersRest } from '#gateway/upstreams/users/users.rest';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Program } from '#test/support/neighbours/program';
import * as programs from '#test/support/neighbours/programs';
import { aRequest, outcomeOf, usersClient } from './client.ts';
import { MAKES, started } from './makes.ts';

jest.setTimeout(60_000);

/** After which uvicorn and Apache close an idle connection by default, in milliseconds. */
const IDLE_MS = 5_000;
const CALLERS = 10;

const USERS = `{"users":[{"id":"u1","name":"Ada","email":"a@example.com","avatarUrl":null,
"role":"customer","createdAt":"2026-11-01T10:00:00Z"}]}`;

/** Servers of files, by the name of their program: the answer is a file. */
const SERVERS: [
  program: programs.NeighbourProgram,
  config: (port: number, folder: string) => string,
  command: string[],
][] = [
  [
    programs.nginx,
    (port, folder) => `
daemon off;
pid ${folder}/nginx.pid;
events {}
http {
  access_log off;
  gzip on; gzip_types application/json;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port}; root ${folder}/files; default_type application/json; }
}`,
    ['nginx', '-e', 'stderr', '-c'],
  ],
  [
    programs.apache,
    (port, folder) => `
ServerName localhost
PidFile ${folder}/apache.pid
Listen 127.0.0.1:${port}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
DocumentRoot ${folder}/files
ErrorLog ${folder}/error.log
<Directory ${folder}/files>
  ForceType application/json
</Directory>`,
    ['apache2', '-D', 'FOREGROUND', '-f'],
  ],
];

const [fastapi] = MAKES.filter(({ make }) => make === 'FastAPI');

/** How many calls end how. */
async function counted(calls: Promise<unknown>[]): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (const outcome of await Promise.all(calls.map(outcomeOf))) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return outcomes;
}

describeWith([fastapi!.program], 'the users service by FastAPI, which closes idle connections', () => {
  const atEnd = endedAfterEach();

  it('loses no read or write at the moment when it does', async () => {
    const service = await started(fastapi!);
    atEnd(() => service.end());
    const { users, close } = usersClient(UsersRest, `http://127.0.0.1:${service.port}`);
    atEnd(close);
    const user = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery' };
    const all = () =>
      counted(
        Array.from({ length: CALLERS }, async (_, caller) => {
          await (caller % 2 ? users.byIds(aRequest(), [`u${caller}`]) : users.register(aRequest(), user));
          await wait(IDLE_MS + 2 * (caller - CALLERS / 2));
          await (caller % 2 ? users.byIds(aRequest(), [`v${caller}`]) : users.register(aRequest(), user));
        }),
      );
    expect(await all()).toEqual({ OK: CALLERS });
  });
});

for (const [program, config, [command, ...args]] of SERVERS) {
  describeWith([program], `the users service as a file of ${program.name}`, () => {
    const atEnd = endedAfterEach();

    it('loses no read while it reloads, and closes connections by their age', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'atrium-files-'));
      atEnd(() => rmSync(folder, { recursive: true }));
      // The workers of both are another user.
      chmodSync(folder, 0o755);
      mkdirSync(join(folder, 'files'));
      writeFileSync(join(folder, 'files', 'users'), USERS);
      const port = await freePort();
      writeFileSync(join(folder, 'config'), config(port, folder));
      const server = await Program.start(programs.serverCommand(command!), [...args, join(folder, 'config')], {
        port,
      });
      atEnd(() => server.end());
      const { users, close } = usersClient(UsersRest, `http://127.0.0.1:${port}`);
      atEnd(close);

      const isOver = new AbortController();
      const callers = Array.from({ length: CALLERS }, async (_, caller) => {
        let calls = 0;
        for (; !isOver.signal.aborted || calls < 150; calls += 1)
          await users.byIds(aRequest(), [`u${caller}-${calls}`]);
        return calls;
      });
      for (let reload = 0; reload < 3; reload += 1) {
        await wait(700);
        server.signal(command === 'nginx' ? 'SIGHUP' : 'SIGUSR1');
      }
      await wait(700);
      isOver.abort();
      expect(await counted(callers)).toEqual({ OK: CALLERS });
    });
  });
}
