export { catalogue, type CatalogueEntry, type ErrorCode } from './catalogue.ts';
export { defineErrors, problemMembers } from './define-errors.ts';
export type * from './feature-errors.ts';
export { type ErrorOptions, type FieldError, GatewayError, type Transient } from './gateway-error.ts';
export { parseHttpDate } from './http-date.ts';
export { parseRetryAfter } from './retry-after.ts';
export {
  defineRefusalSources,
  type RefusalSource,
  type RefusalSourceName,
  refusalSources,
} from './refusal-sources.ts';
export {
  codeByGrpcStatus,
  codeByHttpStatus,
  fromGrpc,
  fromHttp,
  upstreamDetails,
  wasTooLarge,
} from './translation.ts';
