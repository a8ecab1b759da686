import { loadConfig } from '#gateway/config/config';
import { createGateway } from '#gateway/gateway';
import { OperationFolders } from '#gateway/transports/graphql/documents/released.fixture';
import { Executor } from '#gateway/transports/graphql/execute/executor';
import { GatewayError } from '#libs/errors';
import { createLogger } from '#libs/observe';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Access } from '#test/support/access';
import { type Answer, Ways } from './ways.ts';

const field = (key: string) => `${key}: updateProfile(input: { name: "${key}" }) { user { name } }`;
const query = `mutation Three { ${field('first')} ${field('failing')} ${field('last')} }`;
const folders = new OperationFolders().today({ 'web/three': query });
const access = new Access();
let app: NestFastifyApplication;
let url: string;
let calls: string[] = [];
beforeAll(async () => {
  const config = loadConfig({
    JWT_PRIVATE_KEY: access.privateKey,
    CLIENTS_DIR: folders.clients,
    RATE_LIMIT: 'off',
    PORT: '0',
    ADMIN_PORT: '0',
  });
  app = await createGateway(config, createLogger('gateway', 'silent'));
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as { port: number }).port}`;
  const { updateProfile } = app.get(Executor, { strict: false }).schema.getMutationType()!.getFields();
  updateProfile!.resolve = async (_root, { input: { name } }: { input: { name: string } }) => {
    calls.push(`${name} begins`);
    await new Promise((resolve) => void setImmediate(resolve));
    calls.push(`${name} ends`);
    if (name === 'failing') throw new GatewayError('UPSTREAM_UNAVAILABLE');
    return { user: { id: 'u1', name } };
  };
});
afterAll(async () => {
  await app?.close();
  folders.remove();
});

const ways = () => new Ways(url, access.of('u1'));
const byId = { query: '', documentId: 'web/three' };
// Another text than that of the trusted operation.
const adHoc = { query: `${query} ` };
const SENT: [string, () => Promise<Answer>][] = [
  ['POST', () => ways().sendRequest('POST', adHoc)],
  ['APQ', () => ways().sendRequest('APQ', adHoc)],
  ['SSE', () => ways().sendRequest('SSE', adHoc)],
  ['WebSocket', () => ways().sendRequest('WebSocket', adHoc)],
  ['POST by id', () => ways().send('POST', byId, 'application/json')],
  ['SSE by id', () => ways().send('POST', byId, 'text/event-stream')],
  ['WebSocket by id', () => ways().sendRequest('WebSocket', byId)],
];

describe('the fields of a mutation run one after the other, also after one that fails', () => {
  it.each(SENT)('by %s', async (_, send) => {
    calls = [];
    const { body } = await send();
    expect(calls).toEqual(['first', 'failing', 'last'].flatMap((name) => [`${name} begins`, `${name} ends`]));
    expect(body.data).toEqual({
      first: { user: { name: 'first' } },
      failing: null,
      last: { user: { name: 'last' } },
    });
    expect(body.errors).toMatchObject([{ path: ['failing'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});
