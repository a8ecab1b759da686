import { find, setText } from './elements.ts';
import { followEvents } from './follow-events.ts';
import { request } from './network.ts';

/** Shows the statuses of listed orders as they change. */
export function followOrders(list: HTMLElement): void {
  const texts = JSON.parse(list.dataset['statuses'] ?? '{}') as Record<string, string>;
  const show = (orderId: string, status: string) => {
    const element = find(`[data-order-id="${CSS.escape(orderId)}"] [data-status]`);
    if (!element) return;
    element.dataset['status'] = status;
    setText(element, texts[status]);
  };
  /** Reads what the stream cannot repeat: the moves between the page and its stream. */
  const catchUp = async () => {
    const answer = await request(list.dataset['latest']!).catch(() => undefined);
    if (!answer?.ok) return;
    const { items } = (await answer.json()) as { items: { id: string; status: string }[] };
    for (const { id, status } of items) show(id, status);
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
