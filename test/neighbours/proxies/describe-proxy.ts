import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { describeWith } from '#test/support/neighbours/describe-with';
import { QUICK } from './all.ts';
import { addresses } from './behaviours/addresses.ts';
import { codings } from './behaviours/codings.ts';
import { http2 } from './behaviours/http2.ts';
import { methods } from './behaviours/methods.ts';
import { ownPages } from './behaviours/own-pages.ts';
import { publicPages } from './behaviours/public-pages.ts';
import { purge } from './behaviours/purge.ts';
import { reload } from './behaviours/reload.ts';
import { rolling } from './behaviours/rolling.ts';
import { streams } from './behaviours/streams.ts';
import { uploads } from './behaviours/uploads.ts';
import { validators } from './behaviours/validators.ts';
import { type Deployed, isFull } from './deployed.ts';
import { ProxiedShop } from './proxied-shop.ts';

jest.setTimeout(60_000);

/** What holds behind every proxy with the configuration of its page. */
export function describeProxy(deployed: Deployed): void {
  if (!isFull && !QUICK.includes(deployed)) {
    const inTheFullSet = describe.skip;
    return inTheFullSet(`${deployed.name} (in the full set: --all)`, () => {
      it('is tried', () => {});
    });
  }
  describeWith([deployed.program], `${deployed.name}, as its page has it`, () => {
    let shop: ProxiedShop;
    const opened = () => shop;

    beforeAll(async () => {
      shop = await ProxiedShop.open(deployed);
    });
    afterAll(() => shop?.close());

    publicPages(deployed.can, opened);
    ownPages(opened);
    validators(deployed, opened);
    codings(opened);
    methods(opened);
    uploads(opened);
    streams(opened);
    addresses(opened);
    http2(deployed, opened);
    purge(deployed.can, opened);
    reload(deployed, opened);
    if (deployed.can.spreads) rolling(deployed, opened);
  });
}
