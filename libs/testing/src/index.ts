export { CertificateAuthority, type KeyedCertificate } from './certificates.ts';
export { violationsOf } from './conformance.ts';
export { allReadable } from './listed.ts';
export { redisConnections, TEST_COMMAND_MS } from './connected-redis.ts';
export { describeStorages, type Place, type StorageForTests } from './describe-storages.ts';
export {
  aContext,
  aLine,
  anOrder,
  aProduct,
  aReview,
  aUser,
  type OrderData,
  type ProductData,
  type UserData,
} from './factories.ts';
export { dnsForTests } from './dns.ts';
export { DnsServer, type DnsRecord, type DnsReply } from './dns-server.ts';
export { eventually } from './eventually.ts';
export { callsOf, failing } from './fakes.ts';
export { FaultProxy, type Faults } from './fault-proxy.ts';
export { freePort } from '#libs/process';
export { unaryCall, calledFor, failureOf, streamFailure } from './grpc-call.ts';
export { invalidFrames } from './http2-frames.ts';
export { gzipBombOfAGigabyte, type TakenCall, UPSTREAM_SECRET } from './lying.ts';
export {
  grpcFailure,
  type GrpcLie,
  grpcLies,
  grpcMessage,
  grpcMessages,
  grpcSlow,
  type GrpcTruth,
  LyingGrpc,
} from './lying-grpc.ts';
export { httpFailure, type HttpLie, httpLies, httpSlow, type HttpTruth, LyingHttp } from './lying-http.ts';
export { IdentityProvider } from './identity-provider.ts';
export { anIssuerKey, type IssuerKey, TokenIssuer } from './token-issuer.ts';
export { LogLines } from './log-lines.ts';
export { otlpReader, Receiver, type ReceivedRequest, type Respond } from './log-receiver.ts';
export { type Output, outputOf } from './output-of.ts';
export { type DatabaseServer, succeeded, unprivileged } from './database-server.ts';
export { startMariadb } from './mariadb-server.ts';
export { startPgbouncer } from './pgbouncer.ts';
export { startPgpool } from './pgpool.ts';
export { findPostgres } from './postgres-binaries.ts';
export { runPostgres, startPostgres } from './postgres-server.ts';
export { lockedTable } from './locked-table.ts';
export { postgresForTests, type PostgresForTests } from './postgres.ts';
export { postgresPairForTests, type PostgresPair } from './postgres-pair.ts';
export { gone, isAlive } from './processes.ts';
export {
  ownRedisForTests,
  type ClusterForTests,
  redisClusterForTests,
  redisSentinelForTests,
  type OwnRedisForTests,
  redisForTests,
  tlsRedisForTests,
  type RedisForTests,
} from './redis.ts';
export { secretIn } from './secrets-in-logs.ts';
export { s3ForTests, type S3ForTests } from './s3.ts';
export { seededRandom } from './seeded-random.ts';
export { type Answer, type RequestOptions, environmentFor, type RestCall, restClientFor } from './rest-client.ts';
export { type CollectedSpan, OtlpCollector } from './otlp-collector.ts';
