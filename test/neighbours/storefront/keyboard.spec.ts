import { expect, it, jest } from '@jest/globals';
import { describeInBrowsers } from './open-shop.ts';

jest.setTimeout(120_000);

// Orders stay where they are; the assistant gives a word each 200 ms.
const services = { ORDER_STEP_MS: '600000', TOKEN_MS: '200' };

describeInBrowsers('with the keyboard alone a visitor', { services }, (shop) => {
  it('searches, sorts what was found, and goes to the next page', async () => {
    const ada = await shop.visitor();
    await ada.visit('/shop');
    await ada.write('header input[name="q"]', 'lamp');
    await ada.tab.press('Enter');
    await ada.until(`location.search === '?q=lamp' && all('.card').length`);
    await ada.visit('/shop/search');
    const first = `all('.card-link')[0].getAttribute('href')`;
    const before = await ada.valueOf<string>(first);
    await ada.focus('#sort');
    await ada.tab.press('ArrowDown');
    const sort = await ada.valueOf<string>(`all('#sort')[0].value`);
    expect(sort).not.toBe('RELEVANCE');
    await ada.enter('main form button');
    await ada.until(
      `new URLSearchParams(location.search).get('sort') === ${JSON.stringify(sort)} && all('.card').length`,
    );
    const sorted = await ada.valueOf<string>(first);
    expect(sorted).not.toBe(before);
    await ada.enter('main nav a[rel="next"]');
    await ada.until(`new URLSearchParams(location.search).get('page') === '2' && all('.card').length`);
    expect(await ada.valueOf(first)).not.toBe(sorted);
    expect(await ada.valueOf(`all('#sort')[0].value`)).toBe(sort);
  });

  it('changes a name', async () => {
    const ada = await shop.visitor();
    await ada.logIn('/shop/account');
    // Tab selects what is in the field.
    await ada.write('#name', 'Ada King');
    await ada.enter('form[action="/shop/account"] button');
    await ada.until(`location.search === '?saved' && all('#name')[0].value === 'Ada King'`);
  });

  it('writes a review', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    await ada.visit('/shop/products/p7');
    await ada.enter('a[href="/shop/products/p7/review"]');
    await ada.write('#rating', '4');
    await ada.write('#text', 'It does what it should.');
    await ada.enter('form[action="/shop/products/p7/review"] button');
    await ada.until(`location.search.startsWith('?reviewed=')`);
    await ada.reads('It does what it should.');
  });

  it('cancels an order', async () => {
    const ada = await shop.visitor();
    await ada.logIn();
    const order = await ada.buy('p9');
    await ada.enter(`form[action="${order}/cancel"] button`);
    await ada.reads('This order was cancelled.');
  });

  it('reads the answer of the assistant before it is complete, and stops it', async () => {
    const ada = await shop.visitor();
    await ada.logIn('/shop/assistant');
    await ada.write('#question', 'Where is my parcel?');
    await ada.enter('form[data-assistant] button:not([data-stop])');
    await ada.until(`all('output[aria-busy]')[0]?.textContent.length > 0`);
    await ada.enter('[data-stop]');
    await ada.until(`!all('output')[0].hasAttribute('aria-busy') && !all('[data-stop]')[0].checkVisibility()`);
    const answer = await ada.valueOf<string>(`all('output')[0].textContent`);
    // As it was when it was stopped, without the sentence for one that broke off.
    expect(answer).not.toContain('broke off');
    expect(answer).not.toMatch(/\.\s*$/);
    expect(answer.length).toBeGreaterThan(0);
  });
});
