// The home page made in the browser by React, as most client-side pages are.
import { createElement as h, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { type Answers, dateTime, money, type Order, type Product, readAnswers } from './answers.ts';

const OrderRow = ({ id, status, placedAt, total, lines }: Order) =>
  h(
    'li',
    { className: 'order-row' },
    h('a', { href: `/shop/orders/${id}` }, `Order ${id}`),
    h('span', { className: 'status' }, status),
    h('time', { dateTime: placedAt }, dateTime(placedAt)),
    h('span', { className: 'price' }, money(total)),
    h('p', { className: 'quiet' }, lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')),
  );

const ProductCard = ({ id, name, category, price, rating, inStock }: Product) =>
  h(
    'li',
    { className: 'card' },
    h(
      'a',
      { className: 'card-link', href: `/shop/products/${id}` },
      h('span', { className: 'picture', 'data-category': category }),
      h('h3', null, name),
    ),
    h(
      'p',
      { className: 'card-facts' },
      h('span', { className: 'price' }, money(price)),
      h('span', { className: 'rating' }, `Rated ${rating} of 5`),
      h('span', { className: 'stock' }, inStock ? 'In stock' : 'Out of stock'),
    ),
  );

const Part = ({ title, children }: { title: string; children?: React.ReactNode }) =>
  h('section', { className: 'part' }, h('h2', null, title), children);

function Home() {
  const [answers, setAnswers] = useState<Answers>();
  useEffect(() => void readAnswers().then(setAnswers), []);
  if (!answers) return h('main', null, h('h1', null, 'Welcome'));
  const { user, orders, products } = answers;
  return h(
    'main',
    null,
    h('h1', null, 'Welcome'),
    h(Part, { title: 'You' }, h('p', null, `Welcome back, ${user.name}`)),
    h(
      Part,
      { title: 'Your latest orders' },
      h(
        'ul',
        { className: 'orders' },
        orders.map((one) => h(OrderRow, { key: one.id, ...one })),
      ),
    ),
    h(
      Part,
      { title: 'Recommended for you' },
      h(
        'ul',
        { className: 'cards', id: 'done' },
        products.map((one) => h(ProductCard, { key: one.id, ...one })),
      ),
    ),
  );
}

createRoot(document.getElementById('page')!).render(h(Home));
