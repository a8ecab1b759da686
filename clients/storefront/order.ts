import { findAll, setText } from './elements.ts';
import { followEvents } from './follow-events.ts';

/** A move of the order, as far as the page shows it. */
interface Move {
  status: string;
  step: number | null;
  isFinal: boolean;
}

/** Moves the order of a page as it moves in the shop. */
export function followOrder(section: HTMLElement): void {
  const { orderEvents, live, lost } = section.dataset;
  const state = section.querySelector('[data-order-state]');
  const news = section.querySelector('[data-order-status]');
  const steps = findAll<HTMLLIElement>('ol.progress > li');
  let present = steps.findIndex((item) => item.hasAttribute('aria-current')) + 1;
  followEvents(orderEvents!, {
    onOpen: () => setText(state, live),
    onLost: () => setText(state, lost),
    on: {
      status: ({ status, step, isFinal }: Move) => {
        if (isFinal) setText(state, '');
        // A cancelled order has another page.
        if (step === null && present > 0) return location.reload();
        // The first stream of a page repeats the moves that it shows.
        if (step === null || step <= present) return;
        present = step;
        section.dataset['status'] = status;
        mark(steps, present);
        setText(news, steps[present - 1]?.dataset['news']);
      },
      degraded: () => setText(state, lost),
      restored: () => setText(state, live),
    },
  });
}

/** Marks how far the order has come. */
function mark(steps: readonly HTMLLIElement[], present: number): void {
  steps.forEach((item, index) => {
    item.classList.toggle('done', index + 1 < present);
    if (index + 1 === present) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  });
}
