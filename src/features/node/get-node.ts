import { Public } from '#gateway/declare/access';
import { Refuses } from '#gateway/declare/refusals';
import { Limited } from '#gateway/declare/limited';
import { withItsProducts } from '#gateway/features/orders/order-products.join';
import type { NodeView } from '#gateway/features/views/node.view';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { Users } from '#gateway/upstreams/users/users.port';
import { keepPrivate } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import { lackingIn } from '#libs/gather';
import { ChildContext, type Context } from '#libs/upstream';
import type { Selection } from '#libs/view';
import { Injectable } from '@nestjs/common';

/** A type of objects that can be read by id. */
interface NodeType<T extends NodeView = NodeView> {
  name: string;
  /** The scope required to read one, as in its use case; undefined for public types. */
  scope?: string;
  byId(context: Context, id: string): Promise<T | undefined>;
  /** Adds joined fields. */
  joined?(context: Context, found: T, selection: Selection): Promise<T>;
}

/** An object, its type, and the context that it was read with. */
interface FoundNode {
  type: NodeType;
  node: NodeView;
  context: Context;
}

/** Reads an object by its global id. */
@Public()
// The cost of the most expensive use case for such an object, so that this is no cheaper way to it.
@Limited({ cost: 3 })
@Refuses('CONFLICT')
@Injectable()
export class GetNode {
  private readonly types: readonly NodeType[];

  constructor(users: Users, orders: Orders, products: Products) {
    const user: NodeType = {
      name: 'User',
      scope: 'profile:read',
      // The service would answer other users, too.
      byId: async (context, id) => (id === context.caller.id ? users.byId(context, id) : undefined),
    };
    const order: NodeType<Awaited<ReturnType<typeof withItsProducts>>> = {
      name: 'Order',
      scope: 'orders:read',
      byId: (context, id) => orders.byId(context, id),
      joined: (context, found, selection) => withItsProducts(context, found, products, selection),
    };
    const product: NodeType = { name: 'Product', byId: (context, id) => products.byId(context, id) };
    this.types = [user, order as NodeType, product];
  }

  /**
   * The object with its `__typename`; null if it does not exist, is another caller's, or needs a scope that the caller lacks. Ids
   * come from the services, so objects of different types may share one: expected types are looked up first, others only if none
   * of those has it.
   * @param expected names of types, from the document's type conditions
   * @throws {GatewayError} CONFLICT if several types looked up together have the id; UPSTREAM_* if a lookup failed and no other
   * found it
   */
  async run(
    context: Context,
    id: string,
    selection: Selection,
    expected: ReadonlySet<string>,
  ): Promise<NodeView | null> {
    const { scopes } = context.caller;
    const open = this.types.filter(({ scope }) => scope === undefined || scopes.includes(scope));
    const isExpected = ({ name }: NodeType) => expected.has(name);
    const found =
      (await foundAmong(open.filter(isExpected), context, id)) ??
      (await foundAmong(
        open.filter((type) => !isExpected(type)),
        context,
        id,
      ));
    // Null may be an object for another caller.
    if (found?.type.scope !== undefined || !found) keepPrivate(context);
    if (!found) return null;
    const { type, node, context: its } = found;
    context.degraded.push(...lackingIn(its, 'node'));
    const whole = type.joined ? await type.joined(context, node, selection) : node;
    return { __typename: type.name, ...whole } as NodeView;
  }
}

async function foundAmong(
  types: readonly NodeType[],
  context: Context,
  id: string,
): Promise<FoundNode | undefined> {
  const outcomes = await Promise.allSettled(
    types.map(async (type): Promise<FoundNode | undefined> => {
      const its = new ChildContext(context);
      const node = await type.byId(its, id);
      return node && { type, node, context: its };
    }),
  );
  const [first, second] = outcomes.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : []));
  if (second) {
    const detail = 'Objects of several types have this id: ask for one type, as in "... on Order".';
    throw new GatewayError('CONFLICT', { detail });
  }
  if (first) return first;
  const failed = outcomes.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return undefined;
}
