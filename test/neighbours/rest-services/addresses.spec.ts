import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { freePort } from '#libs/process';
import { endedAfterEach } from '#test/support/neighbours/cleanups';
import { UsersRest } from '#gateway/upstreams/users/users.rest';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Program } from '#test/support/neighbours/program';
import { gunicorn, puma } from '#test/support/neighbours/server-programs';
import { aRequest, usersClient } from './client.ts';
import { FOLDER } from './makes.ts';

jest.setTimeout(30_000);

const atEnd = endedAfterEach();

async function names(address: string): Promise<string[]> {
  const { users, close } = usersClient(UsersRest, address);
  atEnd(close);
  const found = await users.byIds(aRequest(), ['u1', 'u2']);
  return found.map(({ id }) => id);
}

describeWith([gunicorn], 'gunicorn', () => {
  it('is called by its Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'atrium-socket-'));
    atEnd(() => rmSync(folder, { recursive: true }));
    const socket = `unix:${folder}/users.sock`;
    const server = await Program.start('gunicorn', ['-b', socket, '--chdir', FOLDER, 'flask_app:app'], {
      prints: 'Booting worker',
    });
    atEnd(() => server.end());
    expect(await names(socket)).toEqual(['u1', 'u2']);
  });
});

describeWith([puma], 'Puma', () => {
  it('is called by its IPv6 address', async () => {
    const port = await freePort('::1');
    const server = await Program.start('puma', ['-b', `tcp://[::1]:${port}`, join(FOLDER, 'config.ru')], {
      prints: 'Ctrl-C',
    });
    atEnd(() => server.end());
    expect(await names(`http://[::1]:${port}`)).toEqual(['u1', 'u2']);
  });
});
