import { expect, it } from '@jest/globals';
import type { ProxiedShop } from '#test/neighbours/proxies/proxied-shop';

const BYTES = 2_000_000;

/** Uploads and imports, which are larger than other bodies. */
export function uploads(opened: () => ProxiedShop): void {
  it('an upload of 2 MB arrives whole', async () => {
    const { status, json, text } = await opened().visit('/v1/uploads', {
      method: 'POST',
      headers: { ...opened().access.of('u1'), 'content-type': 'text/plain' },
      body: 'x'.repeat(BYTES),
    });
    expect([status, status === 201 ? undefined : text]).toEqual([201, undefined]);
    expect(json()).toMatchObject({ length: BYTES });
  });
}
