export { catalogue, type CatalogueEntry, type ErrorCode } from './catalogue.ts';
export { codeByGrpcStatus, fromGrpc, upstreamDetails } from './from-grpc.ts';
export { codeByHttpStatus, fromHttp } from './from-http.ts';
export { type ErrorOptions, type FieldError, GatewayError } from './gateway-error.ts';
