import type { Page } from 'playwright-core';
import type { DemoShop } from '#tools/launcher/demo-shop';

/** A state of the storefront that is worth a picture. */
export interface State {
  isPhone?: boolean;
  isDark?: boolean;
  /** The language that the browser asks for. */
  language?: string;
  /** Brings a page of somebody new there. */
  show(page: Page, shop: DemoShop): Promise<unknown>;
}

const ADA = { email: 'ada@example.com', password: 'analytical-engine' };
const QUESTION = 'Where is my parcel?';

/** Logs in as Ada, without a look at the form. */
const asAda = (page: Page, { url }: DemoShop) =>
  page.request.post(`${url}/bff/login`, { data: ADA, headers: { 'x-csrf': '1' } });

/** Puts a product into the cart. */
const add = (page: Page, { url }: DemoShop, productId: string, quantity: number) =>
  page.request.post(`${url}/shop/cart/items`, { form: { productId, quantity }, headers: { 'x-csrf': '1' } });

async function filled(page: Page, shop: DemoShop): Promise<void> {
  await asAda(page, shop);
  for (const [id, quantity] of [
    ['p4', 1],
    ['p23', 2],
    ['p52', 1],
  ] as const)
    await add(page, shop, id, quantity);
}

const home = async (page: Page, shop: DemoShop) => {
  await asAda(page, shop);
  await page.goto(`${shop.url}/shop`);
  await page.locator('#recommendations .card').first().waitFor();
};

async function ordered(page: Page, shop: DemoShop): Promise<void> {
  await filled(page, shop);
  await page.goto(`${shop.url}/shop/checkout`);
  await page.locator('form[action="/shop/checkout"] button').click();
  await page.locator('ol.progress').waitFor();
}

/** The pictures, by name. */
export const STATES: Readonly<Record<string, State>> = {
  visitor: {
    show: async (page, { url }) => {
      await page.goto(`${url}/shop`);
      await page.locator('#account a[href="/shop/login"]').waitFor();
    },
  },
  home: { show: home },
  search: { show: (page, { url }) => page.goto(`${url}/shop/search?q=lamp`) },
  product: {
    show: async (page, { url }) => {
      await page.goto(`${url}/shop/products/p9`);
      await page.locator('form[data-cart-add] button').click();
      await page.locator('[data-cart-status]:not(:empty)').waitFor();
    },
  },
  cart: {
    show: async (page, shop) => {
      await filled(page, shop);
      await page.goto(`${shop.url}/shop/cart`);
    },
  },
  checkout: {
    show: async (page, shop) => {
      await filled(page, shop);
      await page.goto(`${shop.url}/shop/checkout`);
    },
  },
  order: {
    show: async (page, shop) => {
      await ordered(page, shop);
      await page.locator('li[data-step="PACKED"][aria-current]').waitFor();
    },
  },
  login: { show: (page, { url }) => page.goto(`${url}/shop/login?next=/shop/checkout`) },
  assistant: {
    show: async (page, shop) => {
      await asAda(page, shop);
      await page.goto(`${shop.url}/shop/assistant`);
      await page.getByLabel('Your question').fill(QUESTION);
      await page.locator('form[data-assistant] button:not([data-stop])').click();
      await page.locator('output:not([aria-busy]):not(:empty)').waitFor();
    },
  },
  chat: {
    show: async (page, shop) => {
      await asAda(page, shop);
      await page.goto(`${shop.url}/shop/orders/o8000/chat`);
      await page.locator('[data-chat-status]:not(:empty)').waitFor();
      for (const text of ['Hello! Can I still change the address?', 'It is for the night lights.']) {
        await page.getByLabel('Your message').fill(text);
        await page.locator('form[data-chat-form] button').click();
        await page.locator('.message:not(.waiting)', { hasText: text }).waitFor();
      }
    },
  },
  phone: { isPhone: true, isDark: true, show: home },
  german: { language: 'de', show: home },
  degraded: {
    show: async (page, shop) => {
      shop.kill('orders');
      await home(page, shop);
      await page.locator('.part.missing').waitFor();
      await shop.revive('orders');
    },
  },
};
