import assert from 'node:assert/strict';
import { type Config, loadConfig } from '#gateway/config/config';
import { cors } from '#gateway/edge/headers/cors';
import { preflight } from '#gateway/edge/headers/preflight';
import { SESSION_COOKIE, setCookie } from '#gateway/identity/browser/cookies';
import { part, show } from '#study/support/print';
import { fastify } from 'fastify';
import type { Page } from 'puppeteer-core';

/** A server with the stages of the gateway that answer preflights, and its session cookie. */
async function serve(CORS_ORIGINS: string): Promise<{ url: string; close: () => Promise<void> }> {
  const config: Config = loadConfig({ CORS_ORIGINS });
  // A browser keeps connections without a request, which Node 24 waits for.
  const server = fastify({ forceCloseConnections: true });
  await cors({ server, config } as never);
  server.addHook('onRequest', preflight({ config } as never).onRequest as never);
  server.get('/', async (_request, reply) => reply.type('text/html').send('<!doctype html>'));
  server.post('/login', async (_request, reply) => {
    setCookie(reply, SESSION_COOKIE, 'the-id-of-a-session');
    return {};
  });
  server.get('/me', async ({ headers }) => ({
    isLoggedIn: headers.cookie?.includes(SESSION_COOKIE.name) ?? false,
  }));
  return { url: await server.listen({ host: '127.0.0.1', port: 0 }), close: () => server.close() };
}

/** What the gateway answers, as programs see it. */
export async function gatewayHeaders(): Promise<void> {
  part('the gateway: a preflight, and the session cookie');
  const gateway = await serve('https://app.example');
  const answerTo = async (origin: string) => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-csrf',
    };
    const answer = await fetch(`${gateway.url}/login`, { method: 'OPTIONS', headers });
    return `${answer.status}, ${answer.headers.get('access-control-allow-origin') ?? 'no header'}`;
  };
  const [listed, other] = [await answerTo('https://app.example'), await answerTo('https://evil.example')];
  assert.deepEqual([listed, other], ['204, https://app.example', '204, no header']);
  show(`preflight of a listed origin: ${listed}; of another: ${other}`);
  const [cookie] = (await fetch(`${gateway.url}/login`, { method: 'POST' })).headers.getSetCookie();
  assert.equal(cookie, '__Host-Http-atrium=the-id-of-a-session; Path=/; HttpOnly; Secure; SameSite=Strict');
  show(cookie);
  await gateway.close();
}

/** The session of the gateway in a browser: the cookie is sent, and no script reads it. */
export async function gatewaySession(page: Page): Promise<void> {
  const gateway = await serve('');
  await page.goto(`${gateway.url}/`);
  const outcome = await page.evaluate(`(async () => {
    await fetch('/login', { method: 'POST' });
    const { isLoggedIn } = await (await fetch('/me')).json();
    return 'the server gets it: ' + isLoggedIn + ', a script sees it: ' + document.cookie.includes('atrium');
  })()`);
  assert.equal(outcome, 'the server gets it: true, a script sees it: false');
  show(`the session cookie of the gateway: ${outcome}`);
  await gateway.close();
}
