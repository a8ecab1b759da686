import { shopMessages } from '#gateway/features/messages/messages';
import { productPath } from '#gateway/features/products/product-cards.part.tsx';
import { dateTime, money, number } from '#gateway/transports/html/format';
import type { Language } from '#gateway/transports/html/language';
import { PartNotes } from '#gateway/transports/html/parts.tsx';
import type { Visit } from '#gateway/transports/html/visit';
import type { Html } from '#libs/html';
import type { Degraded } from '#libs/upstream';
import { isFinal, WAY } from './order-progress.view.ts';
import { orderPath } from './order-rows.part.tsx';
import type { OrderView } from './order.view.ts';

/** Statuses from which an order can still be cancelled, as far as a page knows. */
const CANCELLABLE = new Set(['PLACED', 'PAID']);

/** An order: its progress, its lines, and what can be done with it. */
export function OrderDetails({
  visit,
  order,
  degraded,
  problem,
}: {
  visit: Visit;
  order: OrderView;
  degraded: readonly Degraded[];
  problem: string | undefined;
}): Html {
  const { language, request } = visit;
  const t = shopMessages[language].order;
  const isNew = Object.hasOwn(request.query as object, 'placed');
  return (
    <>
      {problem && (
        <p class="notice bad" role="alert">
          {problem}
        </p>
      )}
      {isNew && (
        <p class="notice good" role="status">
          {t.thanks}
        </p>
      )}
      <PartNotes language={language} name="order" degraded={degraded} />
      <Progress language={language} order={order} />
      <dl class="facts">
        <dt>{t.placedAt}</dt>
        <dd>
          <time datetime={order.placedAt}>{dateTime(language, order.placedAt)}</time>
        </dd>
        <dt>{t.total}</dt>
        <dd>{money(language, order.total)}</dd>
      </dl>
      <Lines language={language} order={order} />
      <p>
        <a href={`${orderPath(order.id)}/chat`}>{t.chat}</a>
      </p>
      {CANCELLABLE.has(order.status) && (
        <form method="post" action={`${orderPath(order.id)}/cancel`} class="form">
          <input type="hidden" name="csrf" value={visit.formToken} />
          <button class="plain">{t.cancel}</button>
        </form>
      )}
    </>
  );
}

function Progress({ language, order: { id, status } }: { language: Language; order: OrderView }): Html {
  const t = shopMessages[language].order;
  if (status === 'CANCELLED') return <p class="notice">{t.cancelled}</p>;
  const at = WAY.indexOf(status);
  return (
    <section
      class="part"
      id="progress"
      data-order-events={!isFinal(status) && `/v1/orders/${encodeURIComponent(id)}/events`}
      data-status={status}
      data-live={t.live}
      data-lost={t.lost}
    >
      <h2>{t.progress}</h2>
      <ol class="progress">
        {WAY.map((step, index) => (
          <li
            data-step={step}
            data-news={t.moved(t.status[step])}
            class={index < at && 'done'}
            aria-current={index === at && 'step'}
          >
            {t.status[step]}
          </li>
        ))}
      </ol>
      <p data-order-status role="status" />
      <p class="quiet" data-order-state role="status" />
    </section>
  );
}

function Lines({ language, order }: { language: Language; order: OrderView }): Html {
  const t = shopMessages[language].order;
  return (
    <section class="scroll" aria-label={t.items} tabindex="0">
      <table class="lines">
        <caption>{t.items}</caption>
        <thead>
          <tr>
            <th scope="col">{t.product}</th>
            <th scope="col">{t.quantity}</th>
            <th scope="col">{t.price}</th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map(({ productId, name, quantity, unitPrice, product }) => (
            <tr>
              <th scope="row">{product ? <a href={productPath(productId)}>{name}</a> : name}</th>
              <td>{number(language, quantity)}</td>
              <td>{money(language, unitPrice)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
