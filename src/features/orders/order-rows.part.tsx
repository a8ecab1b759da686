import { shopMessages } from '#gateway/features/messages/messages';
import { dateTime, money } from '#gateway/transports/html/format';
import type { Language } from '#gateway/transports/html/language';
import type { Html } from '#libs/html';
import type { OrderView } from './order.view.ts';

/** What the script of the page reads again once its stream is open. */
const LATEST = '/v1/orders?fields=items.id,items.status';

/** A list of orders, with links to their pages. @param after the cursor of the list */
export function OrderRows({
  language,
  orders,
  after,
}: {
  language: Language;
  orders: readonly OrderView[];
  after?: string | undefined;
}): Html {
  const t = shopMessages[language];
  if (!orders.length) return <p class="empty">{t.home.noOrders}</p>;
  return (
    <ul
      class="orders"
      data-events="/v1/events"
      data-latest={after === undefined ? LATEST : `${LATEST}&after=${encodeURIComponent(after)}`}
      data-statuses={JSON.stringify(t.order.status)}
    >
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
