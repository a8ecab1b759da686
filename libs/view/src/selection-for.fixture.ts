import { expect } from '@jest/globals';
import {
  buildSchema,
  execute,
  type GraphQLFieldResolver,
  NoUnusedVariablesRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { selectionOf } from './selection-of.ts';
import type { Selection } from './selection.ts';

const schema = buildSchema(`
  type Query { home: Home orders: OrderConnection place: Result node: Node things: [Thing!] }
  type Home { user: User recentOrders(first: Int! = 5, sort: String = "NEWEST"): [Order!] rest: Home }
  type User { id: ID! name: String }
  type Order implements Node { id: ID! lines(first: Int = 3): [Line!] }
  type Line { quantity: Int product: Product }
  type Product { name: String price(currency: String! = "EUR"): Int }
  type OrderConnection { edges: [Edge!]! nodes: [Order!]! }
  type Edge { cursor: String node: Order }
  type Accepted { order: Order item: Product }
  type Refused { code: String item: User }
  union Result = Accepted | Refused
  interface Node { id: ID! }
  union Thing = Order | Accepted
`);
const rules = specifiedRules.filter((rule) => rule !== NoUnusedVariablesRule);

/** The selection below the first root field of a valid document; `onFragment` is called for every fragment look-up. */
export async function selectionFor(
  source: string,
  variables: Record<string, unknown> = {},
  onFragment = () => {},
): Promise<Selection> {
  const document = parse(source);
  expect(validate(schema, document, rules)).toEqual([]);
  const selection: Selection[] = [];
  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (_, __, ___, info) => {
    const get = (from: typeof info.fragments, name: string) => (onFragment(), from[name]);
    selection.push(selectionOf({ ...info, fragments: new Proxy(info.fragments, { get }) }));
    return null;
  };
  const { errors = [] } = await execute({ schema, document, fieldResolver, variableValues: variables });
  if (errors[0]) throw errors[0];
  return selection[0]!;
}
