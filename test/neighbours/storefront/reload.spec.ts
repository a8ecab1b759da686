import { expect, it, jest } from '@jest/globals';
import { describeInBrowsers } from './open-shop.ts';

jest.setTimeout(120_000);

describeInBrowsers('in development a page', { environment: { NODE_ENV: 'development' } }, (shop) => {
  it('is loaded again once the gateway has restarted, and not before', async () => {
    const ada = await shop.visitor();
    const bootOf = () => ada.valueOf<string>(`all('meta[name="boot"]')[0].content`);
    await ada.visit('/shop');
    const before = await bootOf();
    await ada.valueOf(`void (globalThis.isFirst = true)`);
    const looks = `performance.getEntriesByName(location.origin + '/shop/boot').length`;
    await ada.until(`${looks} > 0`);
    await shop.gateway.shop.gateway.stop();
    // It looks again while nobody answers.
    const seen = await ada.valueOf<number>(looks);
    await ada.until(`${looks} > ${seen}`);
    expect(await ada.valueOf('isFirst')).toBe(true);
    await shop.gateway.shop.startGateway();
    await ada.until(`typeof isFirst === 'undefined' && all('meta[name="boot"]').length`);
    expect(await bootOf()).not.toBe(before);
    await ada.sees('#best .card');
  });
});
