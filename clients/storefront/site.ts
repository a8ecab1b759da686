// The script of every page of the shop. What a page works without, it adds; it holds no words, since the page has them in its language.
import { enhanceCart } from './cart.ts';
import { findAll, setText, whenComplete } from './elements.ts';
import { fillIsland } from './island.ts';
import { networkAnswered, networkFailed, request, watchNetwork } from './network.ts';
import { followOrder } from './order.ts';
import { followOrders } from './orders.ts';
import { registerWorker } from './worker.ts';

/** What the script of one page uses of this one. If it imported them, they would be a third file, which all pages wait for. */
const page = { networkAnswered, networkFailed, request, setText };
export type PageScript = typeof page;

/** What only some pages have; what is large is in a file of its own. */
const PARTS: [hook: string, start: (element: HTMLElement) => unknown][] = [
  ['[data-order-events]', followOrder],
  ['[data-events]', followOrders],
  ['[data-chat]', async (section) => (await import('./chat-later.ts')).start(section, page)],
  [
    '[data-assistant]',
    async (form) => (await import('./assistant-later.ts')).start(form as HTMLFormElement, page),
  ],
];

watchNetwork();
enhanceCart();
void fillIsland();
whenComplete(() => {
  for (const [hook, start] of PARTS) findAll(hook).forEach((element) => void start(element));
  registerWorker();
});
