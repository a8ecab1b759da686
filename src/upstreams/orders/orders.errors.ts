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

/** Why an order is refused: each a 409 that a client should expect. */
export const orderErrors = defineErrors(
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
  { lines: { type: 'array', items: refusedLine, description: 'The lines of an order that were refused.' } },
);

type OrderErrors = Record<keyof typeof orderErrors, CatalogueEntry>;

declare module '#libs/errors' {
  interface FeatureErrors extends OrderErrors {}

  interface ProblemMembers {
    /** The lines of an order that were refused. */
    lines?: readonly object[];
  }
}
