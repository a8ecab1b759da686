export { CallContext, Context } from './call-context.ts';
export { batchOfIds, checked, isId, pageSize, text } from './checked.ts';
export { GrpcStream } from './grpc-stream.ts';
export { listenUrl } from './listen-url.ts';
export { invalidField, notFound, Refusal, unauthenticated } from './refusal.ts';
export { serviceSettings } from './settings.ts';
export { type GrpcServiceOptions, type RunningGrpcService, startGrpcService } from './start-grpc-service.ts';
