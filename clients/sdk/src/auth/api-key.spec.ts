import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '../client.ts';
import { json, problem, scriptedGateway } from '../gateway.fixture.ts';
import { getMe } from '../generated/operations.ts';
import { apiKey } from './api-key.ts';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A gateway that knows one key. */
async function gateway(known: string) {
  const found = await scriptedGateway((response, request) =>
    (request.headers['x-api-key'] === known ? json(200, {}) : problem(401, 'UNAUTHENTICATED'))(response, request),
  );
  opened.push(found);
  return found;
}

describe('an API key', () => {
  it('is sent with each call, and a refused one is not sent again', async () => {
    const { url, requests } = await gateway('k1');
    expect(await getMe(createClient({ baseUrl: url, auth: apiKey('k1') }))).toMatchObject({ ok: true });
    const refused = await getMe(createClient({ baseUrl: url, auth: apiKey('k2') }));
    expect(refused).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(requests).toHaveLength(2);
  });

  it('is read once, and again after a refusal', async () => {
    const { url, requests } = await gateway('new');
    const keys = ['old', 'new', 'never'];
    let read = 0;
    const client = createClient({ baseUrl: url, auth: apiKey(async () => keys[read++]!) });
    const results = await Promise.all([getMe(client), getMe(client)]);
    expect(results).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await getMe(client)).toMatchObject({ ok: true });
    expect(read).toBe(2);
    expect(requests.map(({ headers }) => headers['x-api-key'])).toEqual(['old', 'old', 'new', 'new', 'new']);
  });

  it('that has not changed is not tried twice', async () => {
    const { url, requests } = await gateway('other');
    const client = createClient({ baseUrl: url, auth: apiKey(() => 'same') });
    expect(await getMe(client)).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
    expect(requests).toHaveLength(1);
  });

  it('that cannot be read fails the call', async () => {
    const { url, requests } = await gateway('k1');
    const source = async (): Promise<string> => {
      throw new Error('no secret store');
    };
    const result = await getMe(createClient({ baseUrl: url, auth: apiKey(source), retries: 0 }));
    expect([result.ok, requests.length]).toEqual([false, 0]);
  });
});
