import { Public } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { withItsProducts } from '#gateway/features/orders/order-products.join';
import type { NodeView } from '#gateway/features/views/node.view';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { Users } from '#gateway/upstreams/users/users.port';
import { keepPrivate } from '#libs/cache';
import { GatewayError } from '#libs/errors';
import { ChildContext, type Context } from '#libs/upstream';
import type { Wanted } from '#libs/view';
import { Injectable } from '@nestjs/common';

/** A type of objects that can be asked for by their ids. */
interface NodeType<T extends NodeView = NodeView> {
  name: string;
  /** What a caller must have, as for the use case that shows one; undefined for what is public. */
  scope?: string;
  byId(context: Context, id: string): Promise<T | undefined>;
  /** What is joined to it. */
  joined?(context: Context, found: T, wanted: Wanted): Promise<T>;
}

/** An object, its type, and the context that it was asked for with. */
interface Found {
  type: NodeType;
  node: NodeView;
  context: Context;
}

/** What object has this id? */
@Public()
// As the dearest use case that shows such an object: it must not be cheaper here.
@Limited({ cost: 3 })
@Injectable()
export class GetNode {
  private readonly types: readonly NodeType[];

  constructor(users: Users, orders: Orders, products: Products) {
    const user: NodeType = {
      name: 'User',
      scope: 'profile:read',
      // The service knows others, too.
      byId: async (context, id) => (id === context.caller.id ? users.byId(context, id) : undefined),
    };
    const order: NodeType<Awaited<ReturnType<typeof withItsProducts>>> = {
      name: 'Order',
      scope: 'orders:read',
      byId: (context, id) => orders.byId(context, id),
      joined: (context, found, wanted) => withItsProducts(context, found, products, wanted),
    };
    const product: NodeType = { name: 'Product', byId: (context, id) => products.byId(context, id) };
    this.types = [user, order as NodeType, product];
  }

  /**
   * The object with the name of its type; null for none, for another caller's, and for what the caller may not ask for. Ids are
   * those of the services, and two types may have the same: the types that are expected are asked first, the others where none of
   * them has it.
   * @param expected the names of types
   * @throws {GatewayError} CONFLICT where several types that are asked together have the id; UPSTREAM_* where it is not known
   */
  async run(
    context: Context,
    id: string,
    wanted: Wanted,
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
    // To somebody else it may be something.
    if (found?.type.scope !== undefined || !found) keepPrivate(context);
    if (!found) return null;
    const { type, node, context: its } = found;
    const { staleAgeSeconds: ageSeconds } = its;
    if (ageSeconds !== undefined) context.degraded.push({ part: 'node', reason: 'STALE', ageSeconds });
    const whole = type.joined ? await type.joined(context, node, wanted) : node;
    return { __typename: type.name, ...whole } as NodeView;
  }
}

async function foundAmong(types: readonly NodeType[], context: Context, id: string): Promise<Found | undefined> {
  const outcomes = await Promise.allSettled(
    types.map(async (type): Promise<Found | undefined> => {
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
