import { find, onSubmit, places, setText, whenComplete } from './elements.ts';
import { refreshAccount } from './island.ts';
import { request } from './network.ts';
import { readPage } from './read-page.ts';

/** How long a number may be changed further before it is sent, in milliseconds. */
const SETTLE_MS = 400;

/** One change after the other: each answer sets the cart that the next one changes. */
let previous: Promise<unknown> = Promise.resolve();
/** How much is being added to the cart. */
let underWay = 0;

/** Lets forms change the cart without leaving the page. */
export function enhanceCart(): void {
  onSubmit('form[data-cart-add]', (form, event) => {
    event.preventDefault();
    add(form);
  });
  onSubmit('form[data-cart-line]', (form, event) => {
    event.preventDefault();
    change(form, new FormData(form, event.submitter));
  });
  let timer: ReturnType<typeof setTimeout>;
  const changed = ({ target }: Event) => {
    const form = (target as HTMLInputElement).form;
    if (!form?.matches('form[data-cart-line]')) return;
    clearTimeout(timer);
    timer = setTimeout(() => form.requestSubmit(), SETTLE_MS);
  };
  whenComplete(() => places().forEach((place) => place.addEventListener('change', changed)));
}

/** Changes a line of the cart, whose total the page then has; the line is as it was if that is refused. */
function change(form: HTMLFormElement, data: FormData): void {
  form.setAttribute('aria-busy', 'true');
  previous = previous.then(async () => {
    try {
      await send(form.action, data);
      await showCart(data.get('productId') as string);
      await refreshAccount();
    } catch {
      form.reset();
      form.removeAttribute('aria-busy');
    }
  });
}

/** Replaces the cart by that of a new page. The focus stays at the line that was changed, or goes to the title. */
async function showCart(productId: string): Promise<void> {
  const page = await readPage('/shop/cart');
  const [old, main] = [document.querySelector('main'), page.querySelector('main')];
  if (!old || !main) return;
  old.replaceWith(document.adoptNode(main));
  const line = find(`form[data-cart-line]:has(input[value="${CSS.escape(productId)}"]) input[type="number"]`);
  (line ?? find('#content'))?.focus();
}

/** Shows the cart with the pieces at once, and without them again if they are refused. */
function add(form: HTMLFormElement): void {
  const data = new FormData(form);
  const quantity = Number(data.get('quantity') ?? 1);
  const message = form.querySelector('[data-cart-status]');
  count(quantity);
  setText(message, '');
  previous = previous.then(async () => {
    try {
      await send(form.action, data);
      setText(message, form.dataset['done']);
      if (await refreshAccount()) count(-quantity);
    } catch {
      count(-quantity);
      setText(message, form.dataset['failed']);
    }
  });
}

/** @throws {Error} if it was not done: then the answer is no redirect */
async function send(path: string, data: FormData): Promise<void> {
  const body = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === 'string') body.append(name, value);
  // It arrives although the visitor goes on to another page.
  const answer = await request(path, { method: 'POST', body, redirect: 'manual', keepalive: true });
  if (answer.type !== 'opaqueredirect') throw new Error(`${answer.status}`);
}

/** Shows how much is in the cart with what is under way; what the gateway has said is kept in the attribute. */
function count(by: number): void {
  underWay += by;
  const element = find('[data-cart-count]');
  if (!element) return;
  element.dataset['cartCount'] ||= element.textContent || '0';
  element.textContent = String(Number(element.dataset['cartCount']) + underWay);
}
