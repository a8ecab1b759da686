export { batched } from './batched.ts';
export { type Call, type CallInfo, pipe, type Policy } from './call.ts';
export type { Client } from './client.ts';
export { anonymous, type Caller, Context, type Degraded } from './context.ts';
export { DetachedWork } from './detached-work.ts';
export { GrpcClient } from './grpc-client.ts';
export { RestClient, type RestQuestion } from './rest-client.ts';
export { UpstreamClients } from './upstream-clients.ts';
