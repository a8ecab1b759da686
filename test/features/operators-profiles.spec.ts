import { Access } from '#test/support/access';
import { Shop } from '#test/support/shop';
import { eventually } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';

const access = new Access();
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open({ JWT_PRIVATE_KEY: access.privateKey, HEAP_SNAPSHOTS: 'off' });
});
afterAll(() => shop?.close());

const take = (body: object, headers: Record<string, string> = access.admin) =>
  request(shop.gateway.adminUrl).post('/admin/profiles').set(headers).send(body);
const takeByForm = (form: object) =>
  request(shop.gateway.adminUrl)
    .post('/admin/ui/profiles')
    .set({ ...access.admin, accept: 'text/html' })
    .type('form')
    .send(form);

interface CpuProfile {
  nodes: { callFrame: { functionName: string } }[];
  samples: number[];
  timeDeltas: number[];
  startTime: number;
  endTime: number;
}

describe('a profile for a program', () => {
  it('is a file that developer tools open, of the seconds that were requested', async () => {
    const { status, headers, body } = await take({ kind: 'cpu', seconds: 1 });
    expect(status).toBe(200);
    expect(headers['content-disposition']).toMatch(/^attachment; filename="atrium-\d{8}T\d{6}\.cpuprofile"$/);
    const { nodes, samples, timeDeltas, startTime, endTime } = body as CpuProfile;
    expect(nodes[0]!.callFrame.functionName).toBe('(root)');
    expect(samples.length).toBe(timeDeltas.length);
    expect((endTime - startTime) / 1_000_000).toBeGreaterThanOrEqual(0.9);
    expect(shop.logs.gateway.with({ audit: 'profile.taken', profile: 'cpu' })).toHaveLength(1);
  });

  it('says who allocates', async () => {
    const { status, headers, body } = await take({ kind: 'allocations', seconds: 1 });
    expect([status, headers['content-disposition']]).toEqual([200, expect.stringContaining('.heapprofile"')]);
    expect(body).toMatchObject({ head: { callFrame: { functionName: '(root)' } }, samples: expect.any(Array) });
  });

  it('is refused while another one is taken, which ends early when its client goes', async () => {
    const gone = new AbortController();
    const first = fetch(`${shop.gateway.adminUrl}/admin/profiles`, {
      method: 'POST',
      headers: { ...access.admin, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'cpu', seconds: 60 }),
      signal: gone.signal,
    });
    // Its headers come with its first byte, so its audit line says that it has begun.
    const hasBegun = () => shop.logs.gateway.with({ audit: 'profile.taken' }).length === begun + 1;
    const begun = shop.logs.gateway.with({ audit: 'profile.taken' }).length;
    await eventually(() => hasBegun());
    const second = await take({ kind: 'allocations', seconds: 1 });
    expect([second.status, second.body.code]).toEqual([409, 'CONFLICT']);
    const asPage = await takeByForm({ kind: 'cpu', seconds: '1' });
    expect([asPage.status, asPage.text]).toEqual([409, expect.stringContaining('one at a time')]);
    gone.abort();
    await expect(first.then((answer) => answer.text())).rejects.toThrow();
    let third = await take({ kind: 'allocations', seconds: 1 });
    while (third.status === 409) third = await take({ kind: 'allocations', seconds: 1 });
    expect(third.status).toBe(200);
  });

  it.each([
    [{ kind: 'cpu', seconds: 0 }, 'seconds'],
    [{ kind: 'cpu', seconds: 61 }, 'seconds'],
    [{ kind: 'cpu', seconds: 1.5 }, 'seconds'],
    [{ kind: 'cpu', seconds: 'ten' }, 'seconds'],
    [{ kind: 'memory', seconds: 1 }, 'kind'],
    [{ seconds: 1 }, 'kind'],
    [{ kind: 'cpu', seconds: 1, pid: 1 }, 'pid'],
  ])('is refused for %j, by name', async (body, field) => {
    const answer = await take(body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((answer.body as { errors: { field: string }[] }).errors.map((one) => one.field)).toEqual([field]);
  });

  it('needs the scope admin, and a setting for the heap', async () => {
    expect((await take({ kind: 'cpu', seconds: 1 }, access.of('u1'))).status).toBe(403);
    expect((await take({ kind: 'cpu', seconds: 1 }, {})).status).toBe(401);
    const heap = await take({ kind: 'heap' });
    expect([heap.status, heap.body.detail]).toEqual([403, expect.stringContaining('HEAP_SNAPSHOTS=on')]);
  });
});

describe('a profile for a person', () => {
  it('is a page with its flame graph, its most expensive functions, and the file', async () => {
    const { status, text, headers } = await takeByForm({ kind: 'cpu', seconds: '1' });
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const parts = [/<svg\s+class="flame"/, /Functions that cost most themselves/, /<\/html>\s*$/];
    expect(parts.filter((part) => !part.test(text))).toEqual([]);
    const [, base64] = /href="data:application\/json;base64,([^"]+)"/.exec(text)!;
    const profile = JSON.parse(Buffer.from(base64!, 'base64').toString()) as CpuProfile;
    expect(profile.samples.length).toBeGreaterThan(0);
  });

  it('names what is wrong with a form', async () => {
    const { status, text } = await takeByForm({ kind: 'cpu', seconds: '100' });
    expect([status, text]).toEqual([422, expect.stringContaining('Must be at most 60')]);
  });
});
