// The home page made in the browser without a framework.
import { type Answers, dateTime, money, type Order, type Product, readAnswers } from './answers.ts';

function element(name: string, attributes: Record<string, string>, ...children: (string | Element)[]): Element {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

const order = ({ id, status, placedAt, total, lines }: Order) =>
  element(
    'li',
    { class: 'order-row' },
    element('a', { href: `/shop/orders/${id}` }, `Order ${id}`),
    element('span', { class: 'status' }, status),
    element('time', { datetime: placedAt }, dateTime(placedAt)),
    element('span', { class: 'price' }, money(total)),
    element('p', { class: 'quiet' }, lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')),
  );

const product = ({ id, name, category, price, rating, inStock }: Product) =>
  element(
    'li',
    { class: 'card' },
    element(
      'a',
      { class: 'card-link', href: `/shop/products/${id}` },
      element('span', { class: 'picture', 'data-category': category }),
      element('h3', {}, name),
    ),
    element(
      'p',
      { class: 'card-facts' },
      element('span', { class: 'price' }, money(price)),
      element('span', { class: 'rating' }, `Rated ${rating} of 5`),
      element('span', { class: 'stock' }, inStock ? 'In stock' : 'Out of stock'),
    ),
  );

const part = (title: string, ...content: Element[]) =>
  element('section', { class: 'part' }, element('h2', {}, title), ...content);

const home = ({ user, orders, products }: Answers) =>
  element(
    'main',
    {},
    element('h1', {}, 'Welcome'),
    part('You', element('p', {}, `Welcome back, ${user.name}`)),
    part('Your latest orders', element('ul', { class: 'orders' }, ...orders.map(order))),
    part('Recommended for you', element('ul', { class: 'cards', id: 'done' }, ...products.map(product))),
  );

document.getElementById('page')!.append(home(await readAnswers()));
