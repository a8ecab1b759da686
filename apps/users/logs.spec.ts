import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunningRestService } from '#libs/service';
import { usersSettings } from './settings.ts';
import { startUsers } from './start-users.ts';
import { environmentFor } from '#libs/testing';
import { ada, clientOf } from './testing/client.fixture.ts';

describe('the log of users', () => {
  let dataDir: string;
  let users: RunningRestService;
  let call: ReturnType<typeof clientOf>;
  let text: string;
  let reported: () => void;
  const lines = () =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const linesOf = (requestId: string) => lines().filter((line) => line['requestId'] === requestId);

  /** Sends a request, and waits for the access line, which is written after the response. */
  const callAndLog = async (...args: Parameters<typeof call>) => {
    const logged = new Promise<void>((resolve) => (reported = resolve));
    const [answer] = await Promise.all([call(...args), logged]);
    return answer;
  };

  beforeEach(async () => {
    [text, reported] = ['', () => undefined];
    dataDir = mkdtempSync(join(tmpdir(), 'atrium-data-'));
    const write = (line: string) => {
      text += line;
      if (line.includes('"msg":"request"')) reported();
    };
    users = await startUsers(usersSettings(environmentFor({ dataDir }, { SEED: '42', LOG_LEVEL: 'info' })), {
      write,
    });
    call = clientOf(users.url);
  });
  afterEach(async () => {
    await users.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('says why a request has no caller', async () => {
    await callAndLog('GET /users/u1', { as: null, headers: { 'x-request-id': 'r-none' } });
    expect(linesOf('r-none')).toMatchObject([{ status: 401, reason: 'the internal token is missing' }]);
    const authorization = 'Bearer not.a.token';
    await callAndLog('GET /users/u1', { as: null, headers: { 'x-request-id': 'r-other', authorization } });
    expect(linesOf('r-other')).toMatchObject([{ status: 401, reason: 'the internal token is not valid' }]);
  });

  it('has one line per request, with the id of the gateway', async () => {
    const headers = { 'x-request-id': 'from.the-gateway_1' };
    const answer = await callAndLog('PATCH /users/u1', { as: ada, body: { name: 'Ada' }, headers });
    expect(answer.headers.get('x-request-id')).toBe('from.the-gateway_1');
    expect(linesOf('from.the-gateway_1')).toEqual([
      expect.objectContaining({
        level: 'info',
        process: 'users',
        method: 'PATCH',
        route: '/users/:id',
        status: 200,
        durationMs: expect.any(Number),
        callerId: 'u1',
      }),
    ]);
  });

  it.each(['with spaces', 'x'.repeat(129), 'semi;colon'])('does not accept the request id %p', async (id) => {
    const answer = await callAndLog('GET /users/u1', { headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it('has the details of an error that the response hides, under the same id', async () => {
    const database = new DatabaseSync(join(dataDir, 'users.sqlite'));
    database.exec('drop table users');
    database.close();
    const body = { name: 'Mary', email: 'mary@example.com', password: 'abstraction' };
    const answer = await callAndLog('POST /users', { body, headers: { 'x-request-id': 'fails' } });
    expect(answer.body).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      code: 'INTERNAL',
    });
    expect(linesOf('fails').map((line) => line['msg'])).toEqual(['request failed', 'request']);
    expect(JSON.stringify(linesOf('fails')[0])).toContain('no such table');
    expect((await call('GET /readyz')).status).toBe(503);
  });

  it('contains no password', async () => {
    const body = { email: 'ada@example.com', password: 'analytical-engine' };
    await callAndLog('POST /credential-checks', { body });
    expect(text).not.toMatch(/analytical|argon2/);
  });
});
