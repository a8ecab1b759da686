import type { ResultOf, VariablesOf } from 'gql.tada';
import type { MobileCancelOrderMutation, MobileOrdersQuery } from './codegen/clients/graphql.ts';
import type {
  MeQuery,
  OrderStatus,
  PlaceOrderMutation,
  PlaceOrderMutationVariables,
  ProductQuery,
} from './codegen/gql/graphql.ts';
import type { documentsMeQuery$data } from './relay/artifacts/documentsMeQuery.graphql.ts';
import type { documentsPlaceOrderMutation$data } from './relay/artifacts/documentsPlaceOrderMutation.graphql.ts';
import type { documentsProductQuery$data } from './relay/artifacts/documentsProductQuery.graphql.ts';
import type * as documents from './urql/documents.ts';

// What generated types say. `tsc --strict` runs this file: it has no other output.

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const isSo = <Check extends true>(): Check | undefined => undefined;
type Part<T, Name extends string> = T extends { __typename: Name } ? T : never;
type Found<T> = NonNullable<T>;

type TadaMe = ResultOf<typeof documents.me>;
type TadaOrder = ResultOf<typeof documents.placeOrder>['placeOrder'];
type TadaProduct = ResultOf<typeof documents.product>['product'];

// A root field may be null, each time.
isSo<Equal<MeQuery['me'], { id: string; name: string } | null>>();
isSo<Equal<TadaMe['me'], { id: string; name: string } | null>>();
isSo<Equal<documentsMeQuery$data['me'], { readonly id: string; readonly name: string } | null | undefined>>();

// Enums are unions of their values; Relay adds that there may be more some day.
const statuses: Record<OrderStatus, true> = {
  PLACED: true,
  PAID: true,
  PACKED: true,
  SHIPPED: true,
  DELIVERED: true,
  CANCELLED: true,
};
type Accepted<T> = Part<Found<T>, 'OrderAccepted'> extends { order: infer Order } ? Order : never;
type CodegenOrder = Accepted<PlaceOrderMutation['placeOrder']>;
type RelayOrder = Accepted<documentsPlaceOrderMutation$data['placeOrder']>;
isSo<Equal<CodegenOrder['status'], keyof typeof statuses>>();
isSo<Equal<Accepted<TadaOrder>['status'], keyof typeof statuses>>();
isSo<Equal<RelayOrder['status'], keyof typeof statuses | '%future added value'>>();

// DateTime is a string, SafeInt a number.
isSo<Equal<CodegenOrder['placedAt'], string>>();
isSo<Equal<Accepted<TadaOrder>['placedAt'], string>>();
isSo<Equal<RelayOrder['placedAt'], string>>();
isSo<Equal<Found<ProductQuery['product']>['product']['price']['amountMinor'], number>>();
isSo<Equal<Found<TadaProduct>['product']['price']['amountMinor'], number>>();
isSo<Equal<Found<documentsProductQuery$data['product']>['product']['price']['amountMinor'], number>>();

// What a refusal has is there once it is known to be one.
isSo<Equal<Part<Found<TadaOrder>, 'OrderRefused'>['lines'][number]['available'], number | null>>();
isSo<Equal<Part<Found<PlaceOrderMutation['placeOrder']>, 'OrderRefused'>['lines'][number]['requested'], number>>();

// Operations of the folder `clients`.
isSo<Equal<Found<MobileOrdersQuery['orders']>['pageInfo']['endCursor'], string | null>>();
isSo<Equal<null extends MobileCancelOrderMutation['cancelOrder'] ? true : false, true>>();

export const wrong = (me: MeQuery, tada: TadaMe): void => {
  // @ts-expect-error it may be null
  me.me.name.trim();
  // @ts-expect-error it may be null
  tada.me.name.trim();
  // @ts-expect-error there is no such status
  statuses.LOST satisfies true;
  // @ts-expect-error a quantity is a number
  ({ input: { lines: [{ productId: 'p1', quantity: '1' }] } }) satisfies PlaceOrderMutationVariables;
  // @ts-expect-error a quantity is a number
  ({ input: { lines: [{ productId: 'p1', quantity: '1' }] } }) satisfies VariablesOf<typeof documents.placeOrder>;
};
