import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { gone, isAlive } from '#libs/testing';
import { slowDown } from '#test/support/slow-down';
import { Visitor } from '#test/support/visitor';
import { type Demo, startDemo } from './demo.ts';

/** Two by two pixels. */
const RED_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAMAAABFaP0WAAAAA1BMVEX/AAAZ4gk3AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAC0lEQVQImWNgAAEAAAYAAeaH/n8AAAAASUVORK5CYII=';

interface Home {
  user: unknown;
  recentOrders: unknown[] | null;
  recommendations: unknown[] | null;
  degraded: unknown[];
}

describe('npm start', () => {
  let demo: Demo;
  let token: string;
  let readyInMs: number;
  let maxMs: number;

  beforeAll(async () => {
    const slowDownBefore = slowDown();
    const startedAt = performance.now();
    demo = await startDemo();
    readyInMs = performance.now() - startedAt;
    maxMs = 20_000 * Math.max(slowDownBefore, slowDown());
    const credentials = { email: 'ada@example.com', password: 'analytical-engine' };
    const answer = await fetch(`${demo.url}/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    token = ((await answer.json()) as { accessToken: string }).accessToken;
  });
  afterAll(() => demo?.remove());

  const home = async (headers: Record<string, string> = {}) => {
    const answer = await fetch(`${demo.url}/v1/home`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    return { status: answer.status, body: (await answer.json()) as Home };
  };
  const send = async (headers: Record<string, string>) => {
    const answer = await fetch(`${demo.url}/v1/assistant/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Where is my order?' }] }),
    });
    return answer.text();
  };
  /** An upstream that came back is found by the next connection, so we ask until it is. */
  const wholeHome = async () => {
    let answer = await home();
    while (answer.body.degraded.length > 0) answer = await home();
    return answer;
  };

  it("serves ada's home page from all services within 20 seconds, of a machine that has no other work", async () => {
    expect(readyInMs).toBeLessThan(maxMs);
    const { status, body } = await home();
    expect(status).toBe(200);
    expect(body).toMatchObject({ user: { email: 'ada@example.com' }, degraded: [] });
    expect(body.recentOrders?.length).toBeGreaterThan(0);
    expect(body.recommendations?.length).toBeGreaterThan(0);
  });

  it('prints a first request that works in any shell', async () => {
    const [, script] = /home page:\n([^]*?)\n\n/.exec(demo.output.text()) ?? [];
    const { stdout } = await promisify(execFile)('sh', ['-c', script!]);
    expect(JSON.parse(stdout)).toMatchObject({ user: { email: 'ada@example.com' }, degraded: [] });
  });

  it('lets a browser log in at the demo provider, where it says so', async () => {
    const [, login] = /Login +(\S+)/.exec(demo.output.text()) ?? [];
    const ada = new Visitor();
    const page = await ada.go(login!, 'ada');
    expect(JSON.parse(page.text)).toMatchObject({
      userId: 'u1',
      scopes: expect.arrayContaining(['orders:write']),
    });
    const answer = await ada.send(`${demo.url}/bff/logout`, 'POST');
    const { endSessionUrl } = (await answer.json()) as { endSessionUrl: string };
    expect((await ada.confirmLogout(endSessionUrl)).text).toContain('You are logged out.');
  });

  it('logs one request id in every process that a request reaches', async () => {
    const headers = { 'x-request-id': 'seen-everywhere' };
    await home(headers);
    await fetch(`${demo.url}/v1/products/p1`, { headers });
    await send(headers);
    const names = ['gateway', 'users', 'orders', 'products', 'reviews', 'assistant'];
    expect(await Promise.all(names.map((name) => logged(name, 'seen-everywhere')))).toEqual(names);
  });

  it('encodes pictures and writes workbooks in threads of the bundle', async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ image: `data:image/png;base64,${RED_PNG}` });
    const avatar = await fetch(`${demo.url}/v1/me/avatar`, { method: 'PUT', headers, body });
    const { small } = (await avatar.json()) as { small: string };
    expect((await fetch(demo.url + small)).headers.get('content-type')).toBe('image/webp');
    const report = await fetch(`${demo.url}/v1/orders/reports`, {
      method: 'POST',
      headers,
      body: '{"year":2025}',
    });
    const job = demo.url + report.headers.get('location')!;
    // The stream ends with the job.
    await (await fetch(`${job}/events`, { headers: { ...headers, accept: 'text/event-stream' } })).text();
    expect(await (await fetch(job, { headers })).json()).toMatchObject({
      state: 'COMPLETED',
      result: { year: 2025 },
    });
  });

  it('shows a product with its reviews, and without them while reviews is down', async () => {
    const page = async () => {
      const answer = await fetch(`${demo.url}/v1/products/p1?fields=product.id,reviews,degraded`);
      return {
        status: answer.status,
        ...((await answer.json()) as { reviews: object[] | null; degraded: object[] }),
      };
    };
    const whole = await page();
    expect(whole).toMatchObject({ status: 200, product: { id: 'p1' }, degraded: [] });
    expect(whole.reviews!.length).toBeGreaterThan(0);
    process.kill(demo.pids.reviews, 'SIGKILL');
    await gone(demo.pids.reviews);
    expect(await page()).toMatchObject({ status: 200, reviews: null, degraded: [{ part: 'reviews' }] });
    await demo.startAlone('reviews');
    while ((await page()).degraded.length > 0);
  });

  it.each([
    ['users', 'user'],
    ['orders', 'recentOrders'],
    ['products', 'recommendations'],
  ] as const)('answers without %s when it is killed, and whole when it is started again', async (name, part) => {
    process.kill(demo.pids[name], 'SIGKILL');
    await gone(demo.pids[name]);
    const { status, body } = await home();
    expect({ status, part: body[part], degraded: body.degraded }).toEqual({
      status: 200,
      part: null,
      degraded: [{ part, reason: 'UNAVAILABLE' }],
    });

    await demo.startAlone(name);
    const again = await wholeHome();
    expect(again.body[part]).not.toBeNull();
  });

  /** Resolves to the name of a process when it has logged a line with this request id. */
  async function logged(name: string, requestId: string): Promise<string> {
    const isIt = (line: string) =>
      line.includes(`"process":"${name}"`) && line.includes(`"requestId":"${requestId}"`);
    while (!demo.output.text().split('\n').some(isIt)) await once(demo.npm.stdout!, 'data');
    return name;
  }
});

describe('npm start, asked to stop', () => {
  let demo: Demo | undefined;
  afterEach(() => demo?.remove());

  it.each([
    ['SIGTERM to npm', 'SIGTERM', (pid: number) => pid],
    ['the Ctrl-C of a terminal', 'SIGINT', (pid: number) => -pid],
  ] as const)('ends with exit code 0 on %s and leaves nothing behind', async (_, signal, whom) => {
    const { npm, output, pids, ports } = (demo = await startDemo());
    const closed = once(npm, 'close');
    process.kill(whom(npm.pid!), signal);
    expect(await closed).toEqual([0, null]);
    expect(Object.values(pids).filter(isAlive)).toEqual([]);
    await Promise.all(ports.map(canListen));
    expect(output.text()).not.toContain('did not stop cleanly');
  });
});

async function canListen(port: number): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
}
