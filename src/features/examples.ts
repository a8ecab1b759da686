import type { ApiExample } from '#gateway/declare/api-info';
import { ANSWERS } from './views/answer-examples.ts';

/** Examples of requests, which the demo accepts. */
const REQUESTS: Readonly<Record<string, ApiExample>> = {
  placeOrder: {
    request: {
      lines: [
        {
          productId: 'p1',
          quantity: 1,
        },
      ],
    },
  },
  writeReview: {
    request: {
      rating: 5,
      text: 'Sounds as warm as it looks, and the bass does not wake the neighbours.',
    },
  },
};

/** Examples of operations, by `operationId`. */
export const EXAMPLES: Readonly<Record<string, ApiExample>> = { ...ANSWERS, ...REQUESTS };
