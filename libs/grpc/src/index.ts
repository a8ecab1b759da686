export type { CallOptions, Cancellation, ConnectionReport, MessageStream, TransportStats } from './channel.ts';
export { GrpcFailure, type Progress } from './failure.ts';
export { type GrpcAddressReport, type GrpcImplementation, GrpcPool, type GrpcPoolOptions } from './pool.ts';
export { type ConnectionSettings, connectionSettings, type TlsMaterial } from './settings.ts';
