import { redisKey } from '#libs/redis';

/**
 * All keys that the gateway itself has in Redis; those of a feature are in its `*.redis-keys.ts`. Names stay: gateways of two
 * releases share them during a rollout. `npm run schema:write` makes the table of docs/redis.md of them.
 */
export const redisKeys = {
  cache: redisKey('atrium:cache:<shapes>:<entry>', {
    type: 'string',
    lifetime: 'lifetime of the entry; version of a tag: 7 days; lock: 2 s',
    holds: 'The shared cache: entries (`e:…`), versions of tags (`t:…`), locks of requests to upstreams (`l:…`).',
  }),
  limit: redisKey('atrium:limit:<bucket>', {
    type: 'string',
    lifetime: 'until the bucket is full again',
    holds: 'When the bucket of a rate limit is full again.',
  }),
  idempotency: redisKey('atrium:idempotency:<key>', {
    type: 'string',
    lifetime: '30 s while in flight, 24 h afterwards',
    holds: 'Who has claimed an `Idempotency-Key`, then the response to it.',
  }),
  session: redisKey('atrium:session:<id>', {
    type: 'hash',
    lifetime: '7 days without use, 30 days at most',
    holds: 'A session, with the hash of its refresh token.',
  }),
  sessionsOfUser: redisKey('atrium:sessions-of-user:<user>', {
    type: 'sorted set',
    lifetime: '30 days after the last login',
    holds: 'Ids of the sessions of a user, by their latest end.',
  }),
  sessionsOfProvider: redisKey('atrium:sessions-of-provider:<name>', {
    type: 'sorted set',
    lifetime: '30 days after the last login',
    holds: 'Ids of the sessions that came of a session or user of an identity provider.',
  }),
  sessionEnds: redisKey('atrium:session-ends', {
    type: 'stream',
    lifetime: 'entries: 20 min',
    holds: 'Which sessions have ended and why, so that every gateway refuses their access tokens.',
  }),
  renewal: redisKey('atrium:renewal:<id>', {
    type: 'string',
    lifetime: '5 s, prolonged while it is held',
    holds: 'The lock of the gateway that renews the provider tokens of a session.',
  }),
  apiKey: redisKey('atrium:api-key:<id>', {
    type: 'hash',
    lifetime: 'until the key expires or is deleted',
    holds: 'An API key, with its hash.',
  }),
  apiKeys: redisKey('atrium:api-keys', {
    type: 'set',
    lifetime: 'none',
    holds: 'Ids of all API keys.',
  }),
  attempts: redisKey('atrium:attempts:<by> <name>', {
    type: 'hash',
    lifetime: '1 h after the last failure; by device 24 h, or 90 days where it failed 20 times',
    holds: 'Failed logins of an account, an address or a device; a sorted set where they are capped.',
  }),
  login: redisKey('atrium:login:<hash>', {
    type: 'string',
    lifetime: '10 min',
    holds: 'A login that has begun at an identity provider.',
  }),
  loginClaim: redisKey('atrium:login:<hash>:claimed', {
    type: 'string',
    lifetime: '10 min',
    holds: 'That a login has been completed, and the session that came of it.',
  }),
  logoutToken: redisKey('atrium:logout-token:<hash>', {
    type: 'string',
    lifetime: '10 min',
    holds: 'That a logout token of an identity provider was used.',
  }),
  dpopProof: redisKey('atrium:dpop:<hash>', {
    type: 'string',
    lifetime: '91 s',
    holds: 'That a DPoP proof was used.',
  }),
  signingKey: redisKey('atrium:signing-key', {
    type: 'string',
    lifetime: 'none',
    holds: 'The id of the key that signs tokens, so that its rotation is audited once.',
  }),
  events: redisKey('atrium:events', {
    type: 'stream',
    lifetime: 'the last 10,000 entries or so',
    holds: 'Domain events of all topics, which every gateway reads.',
  }),
  broadcast: redisKey('atrium:broadcast:<id>', {
    type: 'string',
    lifetime: '1 min',
    holds: 'How many streams a broadcast reached.',
  }),
  requestSearch: redisKey('atrium:request-search:<id>', {
    type: 'hash',
    lifetime: '10 s',
    holds: 'The recent requests that each process found for an operator.',
  }),
  sockets: redisKey('atrium:sockets', {
    type: 'stream',
    lifetime: 'the last 10,000 entries or so',
    holds: 'What Socket.IO sends to the sockets of every gateway; its pub/sub channels begin so, too.',
  }),
  jobs: redisKey('atrium:{jobs}', {
    type: 'prefix',
    lifetime: 'until JOBS_KEEP_MS after the end of a job',
    holds: 'What the keys of BullMQ begin with, which hold the jobs of each kind: `atrium:{jobs}:<kind>:<part>`.',
  }),
  upload: redisKey('atrium:upload:<id>', {
    type: 'string',
    lifetime: '10 s, prolonged while it is held',
    holds: 'The lock of the request that writes to an upload.',
  }),
  uploadRequested: redisKey('atrium:upload:<id>:requested', {
    type: 'string',
    lifetime: '5 s',
    holds:
      'That a request was refused since another one writes to the upload, which ends if its client is silent.',
  }),
  usage: redisKey('atrium:usage:<day>:<part>', {
    type: 'hash',
    lifetime: 'USAGE_DAYS after the last call of the day',
    holds:
      'How often each version of a client called which operations (`calls`), and fields (`fields`); what the operations are.',
  }),
  storage: redisKey('atrium:storage', {
    type: 'string',
    lifetime: '1 min after the last gateway has ended',
    holds: 'The storage of files that gateways use, so that one with another does not start.',
  }),
  socketSession: redisKey('atrium:sockets:session:<id>', {
    type: 'string',
    lifetime: '2 min after its connection broke',
    holds: 'The state of a socket that may resume.',
  }),
};
