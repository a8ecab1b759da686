import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '#gateway/config/config';
import { serve, type Served } from '#gateway/edge/listener/server.fixture';
import { gather, optional } from '#libs/gather';
import type { Context } from '#libs/upstream';
import type { PinoLogger } from 'nestjs-pino';
import { PageAssets } from './page-assets.ts';
import { PageResponder } from './page-responder.ts';
import { decorateWith, pageOfError } from './show-pages.ts';
import type { Site } from './site.ts';
import { visitOf } from './visit.ts';

const DETAIL = 'connect ECONNREFUSED 10.0.0.7:3001';
const fail = (): never => {
  throw new TypeError(DETAIL);
};
const site: Site = {
  home: '/start',
  name: 'Books',
  header: ({ request }) => (request.headers['x-frame'] === 'broken' ? fail() : <nav>Books</nav>),
  footer: () => <footer />,
  login: () => <form />,
};

let served: Served;
let arrive: (value: string) => void;
beforeAll(async () => {
  served = await serve((server, logger) => {
    const config = loadConfig({});
    const pages = new PageResponder(config, new PageAssets(config, site), site, logger as unknown as PinoLogger);
    decorateWith(server, pages);
    const options = { config: { errorPage: pageOfError } };
    server.get('/whole', options, async (request, reply) =>
      pages.whole(visitOf(request, reply), { name: 'book', title: 'Book', content: fail() }),
    );
    server.get('/parts', options, async (request, reply) => {
      const late = new Promise<string>((resolve) => (arrive = resolve));
      const load = (context: Context) =>
        gather(context, { first: optional(async () => 'here'), last: optional(() => late) });
      return pages.ofParts(visitOf(request, reply), {
        load: () => load(request.context),
        head: () => ({ name: 'book', title: 'Book' }),
        parts: {
          first: { label: 'First', of: (value: never) => <p>{value}</p> },
          last: { label: 'Last', of: (value: string) => (value === 'broken' ? fail() : <p>{value}</p>) },
        },
      });
    });
  });
});
afterAll(() => served?.stop());

const BROWSER = 'text/html,application/xhtml+xml,*/*;q=0.8';
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(served.url + path, { headers: { accept: BROWSER, ...headers } });
const typeOf = ({ headers }: Response) => headers.get('content-type');
const failures = () => served.log.with({ msg: 'internal error' }).length;

describe('a page that cannot be rendered', () => {
  it('is a page with the status 500 and no detail, and is logged', async () => {
    const before = failures();
    const answer = await get('/whole');
    expect([answer.status, typeOf(answer)]).toEqual([500, 'text/html; charset=utf-8']);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const text = await answer.text();
    expect(text).toContain('<h1 id="content" tabindex="-1">Something went wrong</h1>');
    expect(text).toContain('500 INTERNAL');
    expect(text).not.toMatch(/ECONN|10\.0\.0\.7|TypeError|\bat \w+ \(/);
    expect(failures()).toBe(before + 1);
  });

  it('is a problem for programs, and for everybody if all pages are broken', async () => {
    for (const [path, headers] of [
      ['/whole', { accept: 'application/json' }],
      ['/whole', { 'x-frame': 'broken' }],
      ['/parts', { 'x-frame': 'broken' }],
    ] as const) {
      const answer = await get(path, headers);
      expect([answer.status, typeOf(answer)]).toEqual([500, 'application/problem+json; charset=utf-8']);
      const text = await answer.text();
      expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL', status: 500 });
      expect(text).not.toContain('ECONN');
    }
  });
});

describe('a page that is being sent', () => {
  it('says of a part that cannot be rendered that it is missing, and is complete', async () => {
    const before = failures();
    const answer = await get('/parts');
    arrive('broken');
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).toContain('<section id="first" slot="first" class="part"><h2>First</h2><p>here</p></section>');
    expect(text).toMatch(
      /<section id="last" slot="last" class="part missing"><h2>Last<\/h2><p class="notice">Last cannot be shown/,
    );
    expect(text.trimEnd()).toMatch(/<\/html>$/);
    expect(text).not.toContain('ECONN');
    expect(failures()).toBe(before + 1);
  });
});
