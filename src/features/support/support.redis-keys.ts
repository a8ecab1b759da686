import { redisKey } from '#libs/redis';

/** The keys of support chats in Redis. All of a room are in one slot of a cluster. */
export const supportKeys = {
  roomsOf: redisKey('atrium:support-rooms:<user>', {
    type: 'sorted set',
    lifetime: '1 year after the last message; entries as well',
    holds: 'The orders in whose chats a user wrote or read, by the latest time: deleting an account needs them.',
  }),
  room: redisKey('atrium:support:{<order>}:<part>', {
    type: 'stream',
    lifetime: '30 days without a message',
    holds:
      'A support chat: `messages`; beside the stream `ids` and `seen` (hashes) and `bytes` (a string) of the room.',
  }),
};
