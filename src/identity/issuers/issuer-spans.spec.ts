import { attachSpan, inRequest, Recording, type Span } from '#libs/observe';
import { Receiver, type Respond, TokenIssuer } from '#libs/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import { recordedFetch } from './issuer-spans.ts';
import { jsonAt } from './json-at.ts';
import { RemoteKeys } from './remote-keys.ts';

const ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

async function issuerWith(respond: Respond): Promise<Receiver> {
  const issuer = await Receiver.open(respond);
  ended.push(() => issuer.close());
  return issuer;
}

/** The client spans of what `work` sends for a request. Its failure is no failure of the test. */
async function spansOf(work: () => Promise<unknown>): Promise<Span[]> {
  const recording = new Recording({ requestId: 'r', name: 'GET', kind: 'server' }, () => {});
  const store = { requestId: 'r' };
  attachSpan(store, recording.root);
  await inRequest(store, work).catch(() => {});
  return recording.spans.filter(({ kind }) => kind === 'client');
}

const recorded = recordedFetch(fetch);

describe('a request to an issuer', () => {
  it('is a span of the request that it is sent for, without what is secret', async () => {
    const issuer = await issuerWith((_, response) => response.end('{}'));
    const [span, ...others] = await spansOf(() =>
      recorded(`${issuer.url}/token?code=secret`, { method: 'POST', body: 'secret' }),
    );
    expect(others).toEqual([]);
    expect(span).toMatchObject({ name: 'POST /token', error: undefined, endMs: expect.any(Number) });
    expect(span!.attributes).toEqual({
      'http.request.method': 'POST',
      'server.address': new URL(issuer.url).hostname,
      'server.port': Number(new URL(issuer.url).port),
      'url.full': `${issuer.url}/token`,
      'atrium.issuer': issuer.url,
      'http.response.status_code': 200,
    });
    expect(issuer.requests[0]!.headers).not.toHaveProperty('traceparent');
  });

  it('ends with the status of a refusal, or the code of a failure', async () => {
    const issuer = await issuerWith((_, response) => response.writeHead(503).end());
    const { url } = issuer;
    const [refused] = await spansOf(() => recorded(`${url}/token`));
    expect([refused!.error, refused!.attributes['http.response.status_code']]).toEqual(['503', 503]);
    const [refusedKeys] = await spansOf(() => jsonAt(`${url}/jwks`));
    expect([refusedKeys!.name, refusedKeys!.error]).toEqual(['GET /jwks', '503']);
    await issuer.close();
    ended.length = 0;
    const [failed] = await spansOf(() => recorded(`${url}/token`));
    expect(failed).toMatchObject({ error: expect.stringMatching(/^(ECONN|UND_ERR_)/), endMs: expect.any(Number) });
    const signal = AbortSignal.abort(new DOMException('late', 'TimeoutError'));
    const [late] = await spansOf(() => recorded(`${url}/token`, { signal }));
    expect(late!.error).toBe('TimeoutError');
  });

  it('for keys is recorded once, for the request that needed them first', async () => {
    const issuer = await TokenIssuer.open();
    ended.push(() => issuer.close());
    const keys = new RemoteKeys(issuer.settings.jwksUrl, () => {});
    const hint = { kid: issuer.keys[0]!.published['kid'], alg: issuer.keys[0]!.alg };
    const [first, ...others] = await spansOf(() => keys.refreshFor(hint));
    const [second] = await spansOf(() => Promise.resolve(keys.fitting(hint)));
    const { pathname } = new URL(issuer.settings.jwksUrl);
    expect([first!.name, others, second]).toEqual([`GET ${pathname}`, [], undefined]);
  });

  it('outside of a request is sent as it is', async () => {
    const issuer = await issuerWith((_, response) => response.end('{}'));
    expect((await recorded(`${issuer.url}/a`)).status).toBe(200);
  });
});
