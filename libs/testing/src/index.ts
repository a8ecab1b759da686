export { describeStorages, type Place, type StorageForTests } from './describe-storages.ts';
export { aContext, aLine, anOrder, aProduct, aUser } from './factories.ts';
export { callsOf, failing } from './fakes.ts';
export { freePort } from '#libs/process';
export { ask, calledFor, failureOf, streamFailure } from './grpc-call.ts';
export { type Output, outputOf } from './output-of.ts';
export { postgresForTests, type PostgresForTests } from './postgres.ts';
export { gone, isAlive } from './processes.ts';
export { redisForTests, type RedisForTests } from './redis.ts';
