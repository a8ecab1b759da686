import { shopMessages } from '#gateway/features/messages/messages';
import { dateTime, money } from '#gateway/transports/html/format';
import type { Language } from '#gateway/transports/html/language';
import type { Html } from '#libs/html';
import type { OrderView } from './order.view.ts';

/** A list of orders, with links to their pages. */
export function OrderRows({ language, orders }: { language: Language; orders: readonly OrderView[] }): Html {
  const t = shopMessages[language];
  if (!orders.length) return <p class="empty">{t.home.noOrders}</p>;
  return (
    <ul class="orders" data-events="/v1/events" data-statuses={JSON.stringify(t.order.status)}>
      {orders.map((order) => (
        <li class="order-row" data-order-id={order.id}>
          <a href={orderPath(order.id)}>{t.order.title(order.id)}</a>{' '}
          <span class="status" data-status={order.status}>
            {t.order.status[order.status]}
          </span>{' '}
          <time datetime={order.placedAt}>{dateTime(language, order.placedAt)}</time>{' '}
          <span class="price">{money(language, order.total)}</span>
          <p class="quiet">{order.lines.map(({ quantity, name }) => `${quantity} × ${name}`).join(', ')}</p>
        </li>
      ))}
    </ul>
  );
}

/** The path of an order's page. */
export const orderPath = (id: string): string => `/shop/orders/${encodeURIComponent(id)}`;
