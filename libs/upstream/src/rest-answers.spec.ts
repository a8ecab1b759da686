import { describe, expect, it } from '@jest/globals';
import { Context } from '#libs/upstream';
import { httpUpstreams } from './http-upstream.fixture.ts';

const { upstream } = httpUpstreams();
const aContext = () => new Context({ log: { requestId: 'r-1' }, timeoutMs: 3_000 });

describe('an answer over REST', () => {
  it('is read in the charset that it names', async () => {
    const { client } = await upstream((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json;charset=ISO-8859-1' })
        .end(Buffer.from('{"name":"Renée"}', 'latin1')),
    );
    expect(await client.operation('GET', '/users')(aContext(), {})).toEqual({ name: 'Renée' });
  });

  it('is refused if it is a part (206), which is never requested', async () => {
    const { client } = await upstream((response) =>
      response
        .writeHead(206, { 'content-type': 'application/json', 'content-range': 'bytes 0-7/100' })
        .end('{"id":1}'),
    );
    await expect(client.operation('GET', '/users')(aContext(), {})).rejects.toMatchObject({
      code: 'UPSTREAM_BAD_RESPONSE',
    });
  });
});
