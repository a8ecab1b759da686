import { type CatalogueEntry, defineErrors } from '#libs/errors';

const refusedLine = {
  type: 'object',
  required: ['productId', 'requested', 'available'],
  properties: {
    productId: { type: 'string' },
    requested: { type: 'integer' },
    available: { type: ['integer', 'null'] },
  },
};

/** The errors of refused orders, each a 409 that clients should handle. */
const orderErrors = defineErrors(
  {
    OUT_OF_STOCK: {
      status: 409,
      title: 'Out of stock',
      when: 'A product is not available in that quantity. `lines` says which.',
    },
    PRICE_CHANGED: { status: 409, title: 'Price changed', when: 'The total is not the expected one.' },
    UNKNOWN_PRODUCT: {
      status: 409,
      title: 'Unknown product',
      when: 'An order names a product that does not exist. `lines` says which.',
    },
    NOT_CANCELLABLE: {
      status: 409,
      title: 'Not cancellable',
      when: 'The order has gone too far to be cancelled.',
    },
  },
  { lines: { type: 'array', items: refusedLine, description: 'The refused lines of an order.' } },
);

type OrderErrors = Record<keyof typeof orderErrors, CatalogueEntry>;

declare module '#libs/errors' {
  interface FeatureErrors extends OrderErrors {}

  interface ProblemMembers {
    /** The refused lines of an order. */
    lines?: readonly object[];
  }
}
