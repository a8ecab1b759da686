import { Access } from '#test/support/access';
import { Browser } from '#test/support/browser';
import { Follower } from '#test/support/follower';
import { Shop } from '#test/support/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

const GRACE = { email: 'grace@example.com', password: 'nanosecond-wire' };
const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-site': 'same-origin' };

interface Job {
  id: string;
  state: string;
  kind: string;
  result: Record<string, unknown> | null;
}

const access = new Access();
const ada = access.of('u1');
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey });
});
afterAll(() => shop?.close());

const api = () => request(shop.gateway.url);
const admin = () => request(shop.gateway.adminUrl);

const listed = async (query: object): Promise<Job[]> =>
  ((await admin().get('/admin/jobs').query(query).set(access.admin)).body as { jobs: Job[] }).jobs;

const tokenOf = ({ authorization }: { authorization: string }) => authorization.replace('Bearer ', '');
const follow = (id: string, lastSeen?: string) =>
  Follower.open(`${shop.gateway.url}/v1/jobs/${id}/events`, tokenOf(ada), lastSeen);

/** Places an order, for which a digest is planned. @returns the id of its job */
async function plannedDigest(of = ada): Promise<string> {
  const { status } = await api()
    .post('/v1/orders')
    .set(of)
    .send({ lines: [{ productId: 'p1', quantity: 1 }] });
  expect(status).toBe(201);
  for (;;) {
    const [job] = await listed({ kind: 'orders.digest', state: 'WAITING' });
    if (job) return job.id;
  }
}

let digest: string;
beforeAll(async () => {
  digest = await plannedDigest();
});

describe('a job', () => {
  it('is listed for its owner alone, newest first, page by page', async () => {
    for (const year of [2024, 2025]) await api().post('/v1/orders/reports').set(ada).send({ year });
    const page = async (query: object, of = ada) => {
      const { status, body } = await api().get('/v1/jobs').query(query).set(of);
      expect(status).toBe(200);
      return body as { items: Job[]; nextCursor: string | null };
    };
    const all = await page({});
    expect(all.items.map(({ kind }) => kind)).toEqual([
      'orders.yearly-report',
      'orders.yearly-report',
      'orders.digest',
    ]);
    const first = await page({ first: 2 });
    const second = await page({ first: 2, after: first.nextCursor! });
    const ids = (list: { items: Job[] }) => list.items.map(({ id }) => id);
    expect([...ids(first), ...ids(second)]).toEqual(ids(all));
    expect([all.nextCursor, second.nextCursor]).toEqual([null, null]);
    expect(ids(await page({ state: 'WAITING' }))).toContain(digest);
    expect((await page({}, access.of('u7'))).items).toEqual([]);
    const others = await api().get('/v1/jobs').query({ after: digest }).set(access.of('u7'));
    expect(others.status).toBe(422);
    expect((await api().get('/v1/jobs')).status).toBe(401);
    const requested = shop.logs.gateway.with({ audit: 'report.requested' });
    expect(requested).toMatchObject(Array(2).fill({ userId: 'u1', jobId: expect.any(String) }));
  });

  it('is there for its owner alone', async () => {
    const { status, body } = await api().get(`/v1/jobs/${digest}`).set(ada);
    expect([status, body]).toMatchObject([
      200,
      { id: digest, kind: 'orders.digest', state: 'WAITING', isEnded: false, attempt: 0, result: null },
    ]);
    expect(Object.keys(body as object)).not.toContain('input');
    for (const headers of [access.of('u3'), access.admin]) {
      for (const path of [`/v1/jobs/${digest}`, `/v1/jobs/${digest}/events`])
        expect((await api().get(path).set(headers)).status).toBe(404);
      expect((await api().delete(`/v1/jobs/${digest}`).set(headers)).status).toBe(404);
    }
    expect((await api().get(`/v1/jobs/${digest}`)).status).toBe(401);
    const trimmed = await api().get(`/v1/jobs/${digest}?fields=state`).set(ada);
    expect(trimmed.body).toEqual({ state: 'WAITING' });
  });

  it('is followed, cancelled, replayed by an operator, and told of in the stream of its owner', async () => {
    const mine = await Follower.open(`${shop.gateway.url}/v1/events`, tokenOf(ada));
    const stream = await follow(digest);
    expect((await stream.until('state'))[0]!.data).toMatchObject({ id: digest, state: 'WAITING' });
    const cancelled = await api().delete(`/v1/jobs/${digest}`).set(ada);
    expect([cancelled.status, cancelled.body]).toMatchObject([200, { state: 'CANCELLED', isEnded: true }]);
    await stream.closed;
    expect(stream.events.map(({ event, data }) => `${event} ${String(data['state'] ?? data['reason'])}`)).toEqual([
      'state WAITING',
      'state CANCELLED',
      'end complete',
    ]);
    expect((await api().delete(`/v1/jobs/${digest}`).set(ada)).status).toBe(200);
    expect((await follow(digest, stream.lastId)).status).toBe(204);

    const polled = await api().get(`/v1/jobs/${digest}/events?wait=0`).set(ada);
    expect(polled.body).toMatchObject({ events: [{ event: 'state', data: { state: 'CANCELLED' } }] });

    const replayed = await admin().post(`/admin/jobs/${digest}/replay`).set(access.admin);
    expect([replayed.status, replayed.body]).toMatchObject([200, { id: digest }]);
    expect(shop.logs.gateway.with({ audit: 'job.replayed' })).toMatchObject([
      { userId: 'u2', jobId: digest, job: 'orders.digest' },
    ]);
    const again = await follow(digest, stream.lastId);
    const completed = await again.untilOne(({ data }) => data['state'] === 'COMPLETED');
    expect(completed.data).toMatchObject({ attempt: 1, result: { orders: expect.any(Array) } });
    const ends = await mine.until('job.ended', 2);
    expect(ends.map(({ data }) => data)).toEqual([
      { jobId: digest, kind: 'orders.digest', state: 'CANCELLED' },
      { jobId: digest, kind: 'orders.digest', state: 'COMPLETED' },
    ]);
    mine.close();
    expect((await api().delete(`/v1/jobs/${digest}`).set(ada)).body).toMatchObject({ code: 'CONFLICT' });
    const refused = await admin().post(`/admin/jobs/${digest}/replay`).set(access.admin);
    expect(refused.body).toMatchObject({ status: 409, code: 'CONFLICT' });
    const line = await shop.logs.gateway.first({ msg: 'job completed', jobId: digest });
    expect(line).toMatchObject({ callerId: 'u1', kind: 'orders.digest', attempt: 1 });
  });
});

describe('the best sellers', () => {
  it('are counted by a job when they are first requested', async () => {
    const get = () => api().get('/v1/products/best-sellers?first=3');
    const before = await get();
    expect([before.status, before.body]).toEqual([200, { items: [], countedAt: null, degraded: [] }]);
    for (let job: Job | undefined; job?.state !== 'COMPLETED';)
      [job] = await listed({ kind: 'products.best-sellers' });
    const { body } = (await get()) as { body: { items: { sold: number; product: object }[]; countedAt: string } };
    expect(body.items).toHaveLength(3);
    expect(body.items[0]).toMatchObject({ product: { id: expect.any(String), name: expect.any(String) } });
    const sold = body.items.map((item) => item.sold);
    expect(sold).toEqual([...sold].sort((one, other) => other - one));
    expect((await api().get('/v1/products/best-sellers?first=0')).status).toBe(422);
  });
});

describe('operators', () => {
  it('see the jobs of each kind, without what belongs to their owners', async () => {
    const { body } = await admin().get('/admin/jobs').query({ state: 'COMPLETED' }).set(access.admin);
    const { kinds, jobs } = body as { kinds: object[]; jobs: object[] };
    expect(kinds).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'products.best-sellers', waiting: 0, running: 0, failed: 0 }),
      ]),
    );
    expect(jobs).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'products.best-sellers' })]));
    expect(JSON.stringify(body)).not.toMatch(/"(input|result|origin)"/);
    const wrong = await admin().get('/admin/jobs').query({ state: 'LOST' }).set(access.admin);
    expect([wrong.status, (wrong.body as { errors: object[] }).errors]).toMatchObject([422, [{ field: 'state' }]]);
    expect((await admin().get('/admin/jobs').set(ada)).status).toBe(403);
    expect((await admin().post('/admin/jobs/unknown/replay').set(access.admin)).status).toBe(404);
  });

  it('replay a job with a page that needs no script', async () => {
    const mary = access.of('u4');
    const id = await plannedDigest(mary);
    await api().delete(`/v1/jobs/${id}`).set(mary);
    const browser = new Browser(shop.gateway.adminUrl);
    const form = { origin: shop.gateway.adminUrl, ...HTML };
    await browser.submit('/admin/login/form', { ...GRACE, next: '/admin/ui/jobs' }, form);
    const page = await browser.visit('/admin/ui/jobs?kind=&state=', HTML);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<td>products.best-sellers</td>');
    expect(page.text).toContain(`action="/admin/ui/jobs/${id}/replay"`);
    const replayed = await browser.submit(`/admin/ui/jobs/${id}/replay`, {}, form);
    expect([replayed.status, replayed.headers['location']]).toEqual([303, '/admin/ui/jobs']);
    const events = await Follower.open(`${shop.gateway.url}/v1/jobs/${id}/events`, tokenOf(mary));
    expect((await events.untilOne(({ data }) => data['isEnded'] === true)).data).toMatchObject({
      state: 'COMPLETED',
    });
    const refused = await browser.submit(`/admin/ui/jobs/${digest}/replay`, {}, form);
    expect([refused.status, refused.text]).toEqual([
      409,
      expect.stringContaining('Only failed and cancelled jobs can be replayed.'),
    ]);
  });

  it('read metrics by kind', async () => {
    const { text } = await admin().get('/metrics');
    expect(text).toMatch(/^jobs_waiting\{kind="orders\.digest"\} \d+$/m);
    expect(text).toMatch(/^jobs_failed\{kind="orders\.digest"\} 0$/m);
    expect(text).toMatch(/^job_last_completed_timestamp_seconds\{kind="products\.best-sellers"\} 1\d+/m);
    expect(text).toMatch(/^job_schedule_late_seconds\{kind="products\.best-sellers"\} 0$/m);
    expect(text).toMatch(/^job_attempt_duration_seconds_count\{kind="orders\.digest",outcome="completed"\} 2$/m);
  });
});

describe('a job that its owner cancels', () => {
  it('is as the client knows it', async () => {
    const owner = access.of('u3');
    const id = await plannedDigest(owner);
    const get = (query = '') => api().get(`/v1/jobs/${id}${query}`).set(owner);
    const cancel = (tags: string) => api().delete(`/v1/jobs/${id}`).set(owner).set('If-Match', tags);
    const { etag } = (await get()).headers as { etag: string };
    for (const tags of ['"nosuch"', `W/${etag}`])
      expect((await cancel(tags)).body).toMatchObject({ status: 412, code: 'PRECONDITION_FAILED' });
    expect((await get().set('If-None-Match', etag)).status).toBe(304);
    const cancelled = await cancel((await get('?fields=state')).headers['etag']!);
    expect(cancelled.body).toMatchObject({ id, state: 'CANCELLED' });
    expect((await cancel(etag)).status).toBe(412);
    expect((await cancel(cancelled.headers['etag']!)).status).toBe(200);
  });
});
