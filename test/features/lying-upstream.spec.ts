import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { type RunningGateway, startGateway } from '#gateway/gateway';
import { createLogger } from '#libs/observe';
import { LogLines } from '#libs/testing';
import request from 'supertest';

const log = new LogLines();
/** What the users service answers every request with. */
let text = { type: '', body: '' };
const users = createServer((_, response) => {
  response.writeHead(201, { 'content-type': text.type }).end(text.body);
});
let gateway: RunningGateway;

beforeAll(async () => {
  await once(users.listen(0, '127.0.0.1'), 'listening');
  const USERS_URL = `http://127.0.0.1:${(users.address() as AddressInfo).port}`;
  const config = loadConfig({ PORT: '0', ADMIN_PORT: '0', USERS_URL });
  gateway = await startGateway(config, createLogger('gateway', 'info', log));
});
afterAll(async () => {
  await gateway.stop();
  users.close();
});

const somebody = { name: 'Somebody', email: 'somebody@example.com', password: 'correct horse battery' };

describe('a service that answers what its contract does not say', () => {
  it.each([
    [
      'no field of a name',
      'application/json',
      '{"id":"u7","email":"hunter2"}',
      "must have required property 'name'",
    ],
    ['half a document', 'application/json', '{"id": hunter2', 'no JSON, of type "application/json"'],
    ['a web page', 'text/html', '<html>hunter2</html>', 'no JSON, of type "text/html"'],
  ])('but %s is a bad response: the log says why, the client is not told', async (_, type, body, why) => {
    text = { type, body };
    const answer = await request(gateway.url).post('/v1/auth/register').send(somebody);
    const requestId = answer.headers['x-request-id'];
    expect(answer.status).toBe(502);
    expect(answer.body).toEqual({
      type: 'urn:atrium:error:UPSTREAM_BAD_RESPONSE',
      title: 'Bad upstream response',
      status: 502,
      instance: '/v1/auth/register',
      code: 'UPSTREAM_BAD_RESPONSE',
      requestId,
    });
    const line = await log.first({ msg: 'upstream call failed', requestId });
    expect(line).toMatchObject({ level: 'warn', upstream: 'users', outcome: 'UPSTREAM_BAD_RESPONSE' });
    expect((line['err'] as { message: string }).message).toContain(why);
    expect(JSON.stringify(line)).not.toContain('hunter2');
  });
});
