export { byRpcName, protoFolder } from './grpc.ts';
export { openAnswers } from './open-messages.ts';
export * from './services.ts';
export { readStatusDetails, statusWithDetails, type StatusDetails } from './status-details.ts';
