export { type AnswerStream, translated } from './answer-stream.ts';
export type { OpenApiDocument } from './answer-schema.ts';
export { amount, instant, numberWithin, present, presentId, wholeNumber } from './answer-fields.ts';
export { Attempt } from './attempt.ts';
export { batched } from './batched.ts';
export { type Call, type CallInfo, type CallTraits, pipe, type Policy, type Try } from './call.ts';
export { ChildContext } from './child-context.ts';
export { CircuitBreaker, type Outcome } from './circuit-breaker.ts';
export type { UpstreamClient, ClientOptions, OnTry } from './client.ts';
export { anonymous, type Caller } from './caller.ts';
export { Context, type Degraded, type TryRecord } from './context.ts';
export { DelayQueue } from './policies/delay-queue.ts';
export { DetachedWork } from './detached-work.ts';
export { GrpcClient } from './grpc-client.ts';
export { idleLimited } from './idle-limited.ts';
export { Latencies } from './latencies.ts';
export {
  isOfOneThing,
  isReadable,
  isUnreadable,
  type Listed,
  listed,
  readable,
  readEach,
  readThings,
  type Unreadable,
  UnreadableElement,
  unreadable,
} from './listed.ts';
export { certificatesOf } from './pem-certificates.ts';
export { PerContext } from './per-context.ts';
export { isConditional, isMet, type Precondition, preconditionHeaders } from './precondition.ts';
export type { CallRecord, OnCall } from './observe-calls.ts';
export { withPolicies, withPoliciesOfCalls } from './policies.ts';
export { RestClient } from './rest-client.ts';
export type { RestQuestion } from './rest-question.ts';
export { DEFAULT_HEALTH_PATH, tlsSettings, type UpstreamSettings, upstreamSettings } from './settings.ts';
export type { Shareable, StreamFollower } from './shareable.ts';
export { SharedStreams } from './shared-streams.ts';
export { TlsFileError, TlsFiles, type TlsFileSettings, type TlsMaterial } from './tls-files.ts';
export { UpstreamClients } from './upstream-clients.ts';
export { Upstream, type UpstreamReport } from './upstream.ts';
export { Flight } from './flight.ts';
