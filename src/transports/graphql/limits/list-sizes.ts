/** How long a list is taken to be before it is asked for, in the words of IBM's cost directives (`@listSize`). */
export interface ListSize {
  /** So long where nothing says more. */
  assumedSize?: number;
  /** The arguments that say how long it is at most. */
  slicingArguments?: readonly string[];
  /** The fields of the answer that are so long, where it is not the list itself. */
  sizedFields?: readonly string[];
}

/** The size of every list of the schema: `Type.field`. A list inside of a sized field needs none of its own. */
export const LIST_SIZES: Readonly<Record<string, ListSize>> = {
  'Query.products': { slicingArguments: ['pageSize'], sizedFields: ['items'] },
  'Query.orders': { slicingArguments: ['first'], sizedFields: ['nodes', 'edges'] },
  'Home.recentOrders': { slicingArguments: ['first'] },
  'Home.recommendations': { slicingArguments: ['first'] },
  'ProductPage.related': { slicingArguments: ['first'] },
  'ProductPage.reviews': { slicingArguments: ['first'] },
  'Order.lines': { assumedSize: 3 },
  'OrderRefused.lines': { assumedSize: 3 },
  'Home.degraded': { assumedSize: 1 },
  'ProductPage.degraded': { assumedSize: 1 },
  'OrderPage.degraded': { assumedSize: 1 },
  'ProductList.degraded': { assumedSize: 1 },
  'OrderConnection.degraded': { assumedSize: 1 },
};

/** What a field weighs (`@cost(weight:)`): an object is looked up or made, a value is there with it. */
export const WEIGHTS = { object: 1, value: 0 };
