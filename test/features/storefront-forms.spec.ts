import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formOf, PageVisitor, type ReachedPage } from '#test/support/page-visitor';
import { Shop } from '#test/support/shop';

let shop: Shop;
let visitor: PageVisitor;

beforeAll(async () => {
  shop = await Shop.open();
  visitor = PageVisitor.at(shop);
  await visitor.logIn();
  visitor.cookies.set('__Host-Http-atrium-cart', 'p1*2~p2*3');
});
afterAll(() => shop?.close());

const LONG = 'Wörter '.repeat(800);
const REVIEW = '/shop/products/p1/review';
const CHAT = '/shop/orders/o8000/chat';

/** Forms with a field that a browser would not send: where, what is entered, and what is said of it in each language. */
const WRONG = [
  [
    '/shop/login',
    '/shop/login',
    { email: `${'a'.repeat(250)}@b.de`, password: 'not-shown-again' },
    'email',
    'too long',
    'zu lang',
  ],
  ['/shop/login', '/shop/login', { email: 'a@b.de', password: 'x'.repeat(129) }, 'password', '128', '128'],
  ['/shop/account', '/shop/account', { name: '   ' }, 'name', 'Please fill in', 'Bitte füllen Sie'],
  ['/shop/account', '/shop/account', { name: LONG }, 'name', 'at most 100', 'höchstens 100'],
  [REVIEW, REVIEW, { rating: '6', text: 'x' }, 'rating', 'at most 5', 'höchstens 5'],
  [REVIEW, REVIEW, { rating: 'many', text: 'x' }, 'rating', 'a whole', 'eine ganze'],
  [REVIEW, REVIEW, { rating: '5', text: LONG }, 'text', 'at most 2,000', 'höchstens 2.000'],
  ['/shop/assistant', '/shop/assistant', { question: ' ' }, 'question', 'Please fill in', 'Bitte füllen Sie'],
  ['/shop/assistant', '/shop/assistant', { question: LONG }, 'question', 'at most 4,000', 'höchstens 4.000'],
  [CHAT, CHAT, { text: '' }, 'text', 'Please fill in', 'Bitte füllen Sie'],
  [CHAT, CHAT, { text: LONG }, 'text', 'at most 2,000', 'höchstens 2.000'],
  ['/shop/cart', '/shop/cart/lines', { quantity: '' }, 'quantity-p1', 'Please fill in', 'Bitte füllen Sie'],
  ['/shop/cart', '/shop/cart/lines', { quantity: '-1' }, 'quantity-p1', 'at least 0', 'mindestens 0'],
  ['/shop/cart', '/shop/cart/lines', { quantity: '100' }, 'quantity-p1', 'at most 99', 'höchstens 99'],
  ['/shop/products/p3', '/shop/cart/items', { quantity: '0' }, 'quantity', 'at least 1', 'mindestens 1'],
  ['/shop/products/p3', '/shop/cart/items', { quantity: '1.5' }, 'quantity', 'a whole', 'eine ganze'],
  ['/shop/products/p3', '/shop/cart/items', { quantity: 'two' }, 'quantity', 'a whole', 'eine ganze'],
] as const;

const tagOf = ({ text }: ReachedPage, id: string): string =>
  new RegExp(`<(?:input|textarea)[^>]* id="${id}"[^>]*>`).exec(text)?.[0] ?? '';
const messageOf = ({ text }: ReachedPage, id: string): string | undefined =>
  new RegExp(`<p class="error" id="${id}-error">([^<]*)</p>`).exec(text)?.[1];

describe.each(['en', 'de'])('a form with a field that is not acceptable, in %s', (language) => {
  it.each(WRONG)(
    '%s is shown again, with what is wrong beside the field: %#',
    async (from, action, entered, id, en, de) => {
      visitor.language = language;
      const page = await visitor.go(from);
      const again = await visitor.submit(page, action, entered as never);
      expect(again.status).toBe(422);
      expect(messageOf(again, id)).toContain(language === 'en' ? en : de);
      const tag = tagOf(again, id);
      for (const attribute of ['aria-invalid="true"', `aria-describedby="${id}-error"`, ' autofocus'])
        expect(tag).toContain(attribute);
      expect(again.text).toMatch(language === 'en' ? /<title>Error: / : /<title>Fehler: /);
      expect(again.text).toMatch(/role="alert"/);
      expect(again.headers.get('cache-control')).toBe('private, no-store');
      // What was entered is there to be corrected, except a password.
      const { password, ...kept } = entered as Record<string, string>;
      expect(formOf(again, action)).toMatchObject(kept);
      if (password !== undefined) expect(again.text).not.toContain(password);
    },
  );
});

describe('a search for more words than are searched for', () => {
  it('shows the form again, and is no page that caches share', async () => {
    visitor.language = 'en';
    const page = await visitor.go(`/shop/search?q=${'x'.repeat(201)}`);
    expect([page.status, page.headers.get('cache-control')]).toEqual([422, 'private, no-store']);
    expect(page.text).toContain('<p class="error" id="words-error">This is too long: at most 200 characters.</p>');
    expect(page.text).toContain(`value="${'x'.repeat(201)}"`);
    expect((await visitor.go('/shop/search?q=lamp')).status).toBe(200);
  });
});

describe('a form that is shown again', () => {
  it('is accepted once it is corrected, and then changes what it is for', async () => {
    visitor.language = 'en';
    const wrong = await visitor.submit(await visitor.go('/shop/cart'), '/shop/cart/lines', { quantity: '100' });
    expect(formOf(wrong, '/shop/cart/lines')['quantity']).toBe('100');
    const corrected = await visitor.submit(wrong, '/shop/cart/lines', { quantity: '9' });
    expect([corrected.status, visitor.cookies.get('__Host-Http-atrium-cart')]).toEqual([200, 'p1*9~p2*3']);
  });

  it('leads where the visitor was going, after a login that was refused', async () => {
    const stranger = PageVisitor.at(shop);
    const login = await stranger.go('/shop/orders');
    const wrong = await stranger.submit(login, '/shop/login', { email: 'e'.repeat(300), password: 'x' });
    const account = { email: 'ada@example.com', password: 'analytical-engine' };
    expect((await stranger.submit(wrong, '/shop/login', account)).path).toBe('/shop/orders');
  });

  it('keeps the id of a message, so that it is one message', async () => {
    const page = await visitor.go(CHAT);
    const wrong = await visitor.submit(page, CHAT, { text: ' ' });
    expect(formOf(wrong, CHAT)['clientId']).toBe(formOf(page, CHAT)['clientId']);
  });

  it('shows no markup that was entered', async () => {
    const page = await visitor.go(CHAT);
    const wrong = await visitor.submit(page, CHAT, { text: `</textarea><b>${LONG}` });
    expect(wrong.text).not.toContain('</textarea><b>');
  });

  it('asks for a product that another tab has taken out of the cart', async () => {
    const page = await visitor.go('/shop/cart');
    visitor.cookies.set('__Host-Http-atrium-cart', 'p2*3');
    const wrong = await visitor.submit(page, '/shop/cart/lines', { quantity: '100' });
    expect([wrong.status, messageOf(wrong, 'quantity')]).toEqual([422, 'Enter a number of at most 99.']);
    expect(formOf(wrong, '/shop/cart/items')).toMatchObject({ productId: 'p1', quantity: '100' });
  });
});

describe('a form with a field of the page that is not acceptable', () => {
  it.each([
    ['/shop/cart', '/shop/cart/lines', { productId: '../x', quantity: '1000' }],
    ['/shop/account', '/shop/account', { isAdmin: 'true', name: ' ' }],
    [CHAT, CHAT, { clientId: '<b>', text: '' }],
  ])('is an error page: there is nothing to correct: %s', async (from, action, fields) => {
    visitor.cookies.set('__Host-Http-atrium-cart', 'p1*2');
    const { status, text } = await visitor.submit(await visitor.go(from), action, fields as never);
    expect([400, 422]).toContain(status);
    expect(text).not.toContain('aria-invalid="true"');
    expect(text).toContain(`${status} ${status === 400 ? 'BAD_REQUEST' : 'VALIDATION_FAILED'}`);
  });
});
