import type { Person, Tab } from '#test/neighbours/identity/browsers';

const WAIT_MS = 20_000;
const POLL_MS = 50;
const MAX_TABS = 90;
const ACCOUNT = { email: 'ada@example.com', password: 'analytical-engine' };

/** Functions of a page that look into the shadow root of `#page`, too. */
const IN_PAGE = `
  const places = () => [document, ...[document.querySelector('#page')?.shadowRoot].filter(Boolean)];
  const all = (selector) => places().flatMap((place) => [...place.querySelectorAll(selector)]);
  const focused = () => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement; return at; };
`;

/** Somebody at a tab of the shop, who uses the keyboard alone. */
export class Visitor {
  constructor(
    readonly tab: Tab,
    readonly url: string,
  ) {}

  static async of(person: Person, url: string): Promise<Visitor> {
    return new Visitor(await person.newTab(), url);
  }

  /** Looks at the tab: what is typed goes there. */
  async look(): Promise<this> {
    await this.tab.show();
    return this;
  }

  /** Goes to a page of the shop. */
  async visit(path: string): Promise<void> {
    await this.tab.goto(this.url + path);
  }

  /** The value of an expression in the page, which may use `all(selector)`. */
  valueOf<Value>(expression: string): Promise<Value> {
    return this.tab.valueOf(`(() => { ${IN_PAGE} return ${expression}; })()`);
  }

  /** Waits until an expression is true. A page that is being replaced has none yet. @throws {Error} with what the page shows */
  async until(expression: string): Promise<void> {
    const since = performance.now();
    while (!(await this.valueOf<boolean>(`Boolean(${expression})`).catch(() => false))) {
      if (performance.now() - since > WAIT_MS)
        throw new Error(`It is not so that ${expression}. The page: ${await this.text().catch(String)}`);
      await new Promise((resolve) => void setTimeout(resolve, POLL_MS));
    }
  }

  /** Waits until an element is in the page and can be seen. */
  sees(selector: string): Promise<void> {
    return this.until(`all(${JSON.stringify(selector)}).some((one) => one.checkVisibility())`);
  }

  /** Waits until the page has a text that can be seen. */
  reads(text: string): Promise<void> {
    return this.until(`(${TEXT}).includes(${JSON.stringify(text)})`);
  }

  /** What the page shows. */
  text(): Promise<string> {
    return this.valueOf(TEXT);
  }

  /** Presses Tab until an element that matches has the focus. @throws {Error} if none gets it */
  async focus(selector: string): Promise<void> {
    await this.sees(selector);
    for (let count = 0; count < MAX_TABS; count += 1) {
      await this.tab.press('Tab');
      if (await this.valueOf<boolean>(`Boolean(focused()?.matches(${JSON.stringify(selector)}))`)) return;
    }
    throw new Error(`${selector} does not get the focus in ${MAX_TABS} tabs`);
  }

  /** Goes to an element by Tab, and presses Enter. */
  async enter(selector: string): Promise<void> {
    await this.focus(selector);
    await this.tab.press('Enter');
  }

  /** Goes to a field by Tab, and types. */
  async write(selector: string, text: string): Promise<void> {
    await this.focus(selector);
    await this.tab.write(text);
  }

  /** Logs in with the form of the shop. */
  async logIn(next = '/shop'): Promise<void> {
    await this.visit(`/shop/login?next=${encodeURIComponent(next)}`);
    await this.write('#email', ACCOUNT.email);
    await this.write('#password', ACCOUNT.password);
    await this.tab.press('Enter');
    await this.until(`location.pathname === ${JSON.stringify(next)} && all('a[href="/shop/account"]').length`);
  }

  /** Puts a product into the cart. */
  async add(productId: string): Promise<void> {
    await this.visit(`/shop/products/${productId}`);
    await this.enter('form[data-cart-add] button');
    // A form leads to the cart, a script says that it is done.
    await this.until(`location.pathname === '/shop/cart' || all('[data-cart-status]')[0]?.textContent`);
  }

  /** Goes to a page without a network, until the kept one is there: a busy browser starts its service worker late. */
  async visitOffline(path: string, text: string): Promise<void> {
    const since = performance.now();
    while (!(await this.text().catch(() => '')).includes(text)) {
      if (performance.now() - since > WAIT_MS) throw new Error(`Without a network, ${path} does not say: ${text}`);
      await this.visit(path).catch(() => {});
      await new Promise((resolve) => void setTimeout(resolve, POLL_MS));
    }
  }

  /** Waits until the browser has the page for a lost network. */
  async keepsOfflinePage(): Promise<void> {
    await this.valueOf(`void navigator.serviceWorker.ready.then(() => (document.body.dataset.isReady = 'yes'))`);
    await this.until(`document.body.dataset.isReady`);
  }

  /** The number of things in the cart, as the header says it. */
  count(): Promise<string> {
    return this.valueOf(`all('[data-cart-count]')[0]?.textContent.trim()`);
  }

  /** Buys one product. @returns the path of the order */
  async buy(productId: string): Promise<string> {
    await this.add(productId);
    await this.visit('/shop/checkout');
    await this.enter('form[action="/shop/checkout"] button');
    await this.until(`location.pathname.startsWith('/shop/orders/') && all('ol.progress').length`);
    return this.valueOf('location.pathname');
  }
}

/** What can be read, within the shadow root, too. */
const TEXT = `document.body.innerText + ' ' + (document.querySelector('#page')?.shadowRoot?.querySelector('main')?.innerText ?? '')`;
