export * as orders from './generated/shop/orders/v1/orders.ts';
export * as products from './generated/shop/products/v1/products.ts';
export { byRpcName, loadProto } from './grpc.ts';
export { openAnswers } from './open-messages.ts';
export { readStatusDetails, statusWithDetails, type StatusDetails } from './status-details.ts';
export {
  type AssistantApi,
  assistantDocument,
  type ReviewsApi,
  reviewsDocument,
  type UsersApi,
  usersDocument,
} from './openapi.ts';
