import { RealShop } from '#test/support/real-shop';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

// A busy machine needs a minute to write and to read 100 MB.
jest.setTimeout(180_000);

let shop: RealShop;
beforeAll(async () => {
  const nowhere = { USERS_URL: 'http://127.0.0.1:1', ORDERS_URL: '127.0.0.1:1', PRODUCTS_URL: '127.0.0.1:1' };
  shop = await RealShop.gatewayAlone({ HEAP_SNAPSHOTS: 'on', DRAIN_MS: '500', ...nowhere });
});
afterAll(() => shop?.close());

const readiness = async () => (await fetch(`${shop.url}/readyz`)).status;

interface HeapSnapshot {
  snapshot: { node_count: number; meta: { node_fields: string[] } };
  nodes: number[];
}

describe('a heap snapshot of a gateway', () => {
  it('is streamed as a file that developer tools open, while balancers send nothing to the process', async () => {
    const before = await readiness();
    const answer = fetch(`${shop.adminUrl}/admin/profiles`, {
      method: 'POST',
      headers: { ...shop.access.admin, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'heap' }),
    });
    // The process is unready for DRAIN_MS before it makes the snapshot.
    while ((await readiness()) !== 503);
    const { status, headers, ...body } = await answer.then(async (got) => ({
      status: got.status,
      headers: got.headers,
      snapshot: (await got.json()) as HeapSnapshot,
    }));
    expect([before, status, headers.get('content-disposition')]).toEqual([
      200,
      200,
      expect.stringMatching(/^attachment; filename=".*\.heapsnapshot"$/),
    ]);
    const { snapshot, nodes } = body.snapshot;
    expect(nodes).toHaveLength(snapshot.node_count * snapshot.meta.node_fields.length);
    expect(await shop.gateway.log.first({ audit: 'profile.taken', profile: 'heap' })).toBeDefined();
    while ((await readiness()) !== 200);
  });
});
