import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CollectedSpan, OtlpCollector, TokenIssuer } from '#libs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Access } from '#test/support/access';
import { Browser } from '#test/support/browser';
import { ProviderShop } from '#test/support/provider-shop';
import { Shop } from '#test/support/shop';

const exporting = (collector: OtlpCollector) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  OTEL_BSP_SCHEDULE_DELAY: '20',
});

/** The spans of the trace of the request with this name, once it has come. */
async function traceOf(collector: OtlpCollector, name: string): Promise<CollectedSpan[]> {
  const isIts = (span: CollectedSpan) => span.name === name && span.kind === 'SPAN_KIND_SERVER';
  const { traceId } = (await collector.until((spans) => spans.some(isIts))).findLast(isIts)!;
  return collector.spans.filter((span) => span.traceId === traceId);
}
const callsIn = (spans: CollectedSpan[], origin: string) =>
  spans.filter(({ attributes }) => attributes['atrium.issuer'] === origin);

describe('the trace of a login at the provider', () => {
  const access = new Access();
  let collector: OtlpCollector;
  let opened: ProviderShop;
  beforeAll(async () => {
    collector = await OtlpCollector.open();
    opened = await ProviderShop.open({ ...exporting(collector), JWT_PRIVATE_KEY: access.privateKey });
  });
  afterAll(async () => {
    await opened?.close();
    await collector?.close();
  });

  it('has each request to it, in the collector and in the waterfall', async () => {
    const { shop, provider } = opened;
    const browser = Browser.at(shop);
    const back = await browser.logInAtProvider('/mine');
    expect(back.headers['location']).toBe('/mine');
    const away = callsIn(await traceOf(collector, 'GET /bff/login'), provider.url);
    expect(away.map(({ name }) => name)).toEqual(['GET /.well-known/openid-configuration']);
    const spans = await traceOf(collector, 'GET /bff/callback');
    const root = spans.find(({ kind }) => kind === 'SPAN_KIND_SERVER')!;
    const calls = callsIn(spans, provider.url);
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^POST .*token/)]),
    );
    expect(calls.some(({ name }) => /^GET .*(jwks|keys)/.test(name))).toBe(true);
    for (const { kind, parentSpanId, attributes } of calls) {
      expect([kind, parentSpanId]).toEqual(['SPAN_KIND_CLIENT', root.spanId]);
      expect(Number(attributes['http.response.status_code'])).toBe(200);
    }
    expect(JSON.stringify(calls)).not.toMatch(/code=|eyJ|secret/);

    const headers = access.admin;
    const found = await fetch(`${shop.gateway.adminUrl}/admin/requests/${root.traceId}`, { headers });
    const { requests } = (await found.json()) as { requests: { spans: { id: string }[] }[] };
    const listed = new Set(requests.flatMap((one) => one.spans.map(({ id }) => id)));
    expect(calls.filter(({ spanId }) => !listed.has(spanId))).toEqual([]);
  });

  it('has the renewal of a session, with its request for tokens', async () => {
    const { shop, provider } = opened;
    const browser = Browser.at(shop);
    provider.statedSeconds = 0;
    await browser.logInAtProvider();
    provider.statedSeconds = undefined;
    const isRenewal = ({ name }: CollectedSpan) => name === 'renew session';
    const before = collector.spans.filter(isRenewal).length;
    await browser.get('/bff/session');
    const spans = await collector.until((all) => all.filter(isRenewal).length > before);
    const renewal = spans.findLast(isRenewal)!;
    const [call] = callsIn(spans, provider.url).filter(({ parentSpanId }) => parentSpanId === renewal.spanId);
    expect(call!.name).toMatch(/^POST .*token/);
  });
});

describe('the trace of a request with a token of an outside issuer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-traced-issuer-'));
  let collector: OtlpCollector;
  let issuer: TokenIssuer;
  let shop: Shop;
  beforeAll(async () => {
    collector = await OtlpCollector.open();
    issuer = await TokenIssuer.open();
    const file = join(folder, 'issuers.json');
    writeFileSync(file, JSON.stringify([{ ...issuer.settings, introspection: issuer.introspection }]));
    shop = await Shop.open({ ...exporting(collector), ISSUERS_FILE: file });
  });
  afterAll(async () => {
    await shop?.close();
    await issuer?.close();
    await collector?.close();
    rmSync(folder, { recursive: true });
  });

  const home = (token: string) =>
    fetch(`${shop.gateway.url}/v1/home?fields=user.id`, { headers: { authorization: `Bearer ${token}` } });

  it.each([
    ['the fetch of its keys', () => issuer.token(), 'GET /keys'],
    ['its introspection', () => issuer.opaqueToken({ sub: 'u1', aud: 'atrium' }), 'POST /introspect'],
  ])('has %s', async (_, token, name) => {
    expect((await home(token())).status).toBe(200);
    const isIts = (span: CollectedSpan) => span.name === name;
    await collector.until((spans) => spans.some(isIts));
    const spans = await traceOf(collector, 'GET /v1/home');
    const [root] = spans.filter(({ kind }) => kind === 'SPAN_KIND_SERVER');
    expect(callsIn(spans, issuer.url)).toEqual([
      expect.objectContaining({ name, kind: 'SPAN_KIND_CLIENT', parentSpanId: root!.spanId }),
    ]);
  });
});
