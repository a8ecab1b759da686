import { find, setText } from './elements.ts';
import { followEvents } from './follow-events.ts';
import { readPage } from './read-page.ts';

/** Shows the statuses of listed orders as they change. */
export function followOrders(list: HTMLElement): void {
  const texts = JSON.parse(list.dataset['statuses'] ?? '{}') as Record<string, string>;
  const show = (orderId: string, status: string, text = texts[status]) => {
    const element = find(`[data-order-id="${CSS.escape(orderId)}"] [data-status]`);
    if (!element) return;
    element.dataset['status'] = status;
    setText(element, text);
  };
  /** Reads what the stream cannot repeat. */
  const catchUp = async () => {
    const page = await readPage(location.href).catch(() => undefined);
    for (const row of page?.querySelectorAll<HTMLElement>('[data-order-id]') ?? []) {
      const status = row.querySelector<HTMLElement>('[data-status]');
      if (status) show(row.dataset['orderId']!, status.dataset['status']!, status.textContent);
    }
  };
  followEvents(list.dataset['events']!, {
    onOpen: (isResumed) => void (isResumed || catchUp()),
    onLost: () => {},
    on: {
      'order.moved': ({ orderId, status }: { orderId: string; status: string }) => show(orderId, status),
      gap: () => void catchUp(),
    },
  });
}
