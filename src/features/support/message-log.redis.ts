import { GatewayError } from '#libs/errors';
import { eventIdIn } from '#libs/events';
import { defineScript, type Redis } from '#libs/redis';
import { DELETED_AUTHOR, MAX_ROOM_BYTES, type ChatMessage, MessageLog, MAX_KEPT } from './message-log.ts';
import './support.errors.ts';
import { supportKeys } from './support.redis-keys.ts';

/** How long a room without new messages is kept, in seconds. */
const KEPT_SECONDS = 30 * 86_400;

/** How long a room of a person is known without a message of theirs, in seconds: far longer than a room is kept without one. */
const KNOWN_SECONDS = 365 * 86_400;

/**
 * Appends a message unless its author has sent it before, and trims the room to its limits. KEYS: the room's stream, the ids by
 * author and client id, the size in bytes. ARGV: author and client id, the message, most messages, most bytes, TTL in seconds.
 */
const appendScript = defineScript<string>(
  'appendMessage',
  3,
  `
local known = redis.call('HGET', KEYS[2], ARGV[1])
if known and #redis.call('XRANGE', KEYS[1], known, known) > 0 then return known end
local most, maxBytes = tonumber(ARGV[3]), tonumber(ARGV[4])
local id = redis.call('XADD', KEYS[1], '*', 'message', ARGV[2])
local bytes = tonumber(redis.call('GET', KEYS[3]) or 0) + #ARGV[2]
local length = redis.call('XLEN', KEYS[1])
while length > 1 and (length > most or bytes > maxBytes) do
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  redis.call('XDEL', KEYS[1], oldest[1])
  bytes = bytes - #oldest[2][2]
  length = length - 1
end
redis.call('SET', KEYS[3], math.max(bytes, #ARGV[2]), 'EX', ARGV[5])
if redis.call('HLEN', KEYS[2]) > 2 * most then redis.call('DEL', KEYS[2]) end
redis.call('HSET', KEYS[2], ARGV[1], id)
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[5])
return id`,
);

/** Stores an id if it is later than the stored one. KEYS: the seen ids by member. ARGV: the member, the id, TTL in seconds. */
const seenScript = defineScript(
  'noteSeenMessage',
  1,
  `
local function parts(id) local ms, n = string.match(id, '(%d+)-(%d+)'); return tonumber(ms), tonumber(n) end
local before = redis.call('HGET', KEYS[1], ARGV[1])
if before then
  local ms, n = parts(before)
  local newMs, newN = parts(ARGV[2])
  if newMs < ms or (newMs == ms and newN <= n) then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1`,
);

/** Notes that a person takes part in a room. KEYS: the rooms of the person. ARGV: the order, the time and the lifetime in seconds. */
const roomScript = defineScript(
  'noteRoom',
  1,
  `
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[2] - ARGV[3])
return redis.call('EXPIRE', KEYS[1], ARGV[3])`,
);

/**
 * Deletes a person from a room; all of it where they are its customer. A stream cannot change an entry, so it is written again
 * with the same ids. KEYS: the room's stream, the ids by author and client id, the size in bytes, the seen ids. ARGV: the person,
 * the author put in their place.
 */
const deleteScript = defineScript(
  'deleteMember',
  4,
  `
redis.call('HDEL', KEYS[4], ARGV[1])
local entries = redis.call('XRANGE', KEYS[1], '-', '+')
local isTheirs, bytes = false, 0
for _, entry in ipairs(entries) do
  local message = cjson.decode(entry[2][2])
  if message.authorId == ARGV[1] then
    if message.author == 'customer' then return redis.call('DEL', unpack(KEYS)) end
    isTheirs = true
    message.authorId = ARGV[2]
    entry[2][2] = cjson.encode(message)
  end
  bytes = bytes + #entry[2][2]
end
if not isTheirs then return 0 end
local left = redis.call('TTL', KEYS[1])
redis.call('DEL', KEYS[1])
for _, entry in ipairs(entries) do redis.call('XADD', KEYS[1], entry[1], 'message', entry[2][2]) end
if left > 0 then redis.call('EXPIRE', KEYS[1], left) end
redis.call('SET', KEYS[3], bytes, 'KEEPTTL')
local ids = redis.call('HKEYS', KEYS[2])
local prefix = ARGV[1] .. ' '
for _, id in ipairs(ids) do
  if string.sub(id, 1, #prefix) == prefix then redis.call('HDEL', KEYS[2], id) end
end
return 1`,
);

/** The keys of a room, in the order of `deleteMember`. */
const PARTS = ['messages', 'ids', 'bytes', 'seen'] as const;

type StreamEntry = [id: string, fields: string[]];

/** Stores the messages of each room in a Redis stream, shared by all gateways. */
export class MessageLogRedis extends MessageLog {
  constructor(private readonly redis: Redis) {
    super();
  }

  async append(message: Omit<ChatMessage, 'id' | 'sentAt'>): Promise<ChatMessage> {
    const { orderId, authorId, clientId } = message;
    const [room, ids, bytes] = [
      supportKeys.room(orderId, 'messages'),
      supportKeys.room(orderId, 'ids'),
      supportKeys.room(orderId, 'bytes'),
    ];
    await this.note(authorId, orderId);
    const given = [`${authorId} ${clientId}`, JSON.stringify(message), MAX_KEPT, MAX_ROOM_BYTES, KEPT_SECONDS];
    const id = await this.run(appendScript(this.redis, [room, ids, bytes], ...given));
    const [kept] = await this.run(this.redis.xrange(room, id, id));
    return messageIn(kept as StreamEntry);
  }

  async after(orderId: string, id: string | undefined, first: number): Promise<ChatMessage[]> {
    const from = id === undefined ? '-' : `(${id}`;
    const found = await this.run(
      this.redis.xrange(supportKeys.room(orderId, 'messages'), from, '+', 'COUNT', first),
    );
    return (found as StreamEntry[]).map(messageIn);
  }

  async before(orderId: string, id: string | undefined, first: number): Promise<ChatMessage[]> {
    const to = id === undefined ? '+' : `(${id}`;
    const found = await this.run(
      this.redis.xrevrange(supportKeys.room(orderId, 'messages'), to, '-', 'COUNT', first),
    );
    return (found as StreamEntry[]).map(messageIn).toReversed();
  }

  async seenBy(orderId: string, memberId: string): Promise<string | undefined> {
    return (await this.run(this.redis.hget(supportKeys.room(orderId, 'seen'), memberId))) ?? undefined;
  }

  async markSeen(orderId: string, memberId: string, id: string): Promise<void> {
    await this.note(memberId, orderId);
    await this.run(seenScript(this.redis, [supportKeys.room(orderId, 'seen')], memberId, id, KEPT_SECONDS));
  }

  async deleteMember(memberId: string): Promise<void> {
    const rooms = supportKeys.roomsOf(memberId);
    for (const orderId of await this.run(this.redis.zrange(rooms, '0', '-1'))) {
      const keys = PARTS.map((part) => supportKeys.room(orderId, part));
      await this.run(deleteScript(this.redis, keys, memberId, DELETED_AUTHOR));
    }
    await this.run(this.redis.del(rooms));
  }

  /** Notes a room of a person, before there is anything of them in it. */
  private async note(memberId: string, orderId: string): Promise<void> {
    const now = Math.floor(Date.now() / 1_000);
    await this.run(roomScript(this.redis, [supportKeys.roomsOf(memberId)], orderId, now, KNOWN_SECONDS));
  }

  /** Maps errors of Redis to OVERLOADED, so that no message is acknowledged that was not stored. */
  private async run<T>(answer: Promise<T>): Promise<T> {
    return answer.catch((cause: unknown) => {
      const detail = 'Messages cannot be stored or read at the moment. Retry later.';
      throw new GatewayError('OVERLOADED', { source: 'support-chat', detail, cause });
    });
  }
}

function messageIn([id, [, text]]: StreamEntry): ChatMessage {
  const [ms] = eventIdIn(id)!;
  return { ...(JSON.parse(text!) as Omit<ChatMessage, 'id' | 'sentAt'>), id, sentAt: new Date(ms).toISOString() };
}
