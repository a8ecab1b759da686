import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import type { Context } from '#libs/upstream';
import { MAX_LIST_SIZE } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { EnterRoom } from './enter-room.ts';
import { type Message, MessageLog } from './message-log.ts';
import type { HistoryQuestion, JoinQuestion, SeenMessage } from './support-input.ts';

/** Some of what was said in a room, the oldest first. */
export interface Messages {
  messages: Message[];
  /** Whether there is more of it. */
  hasMore: boolean;
}

/** What was said in this room? */
@Scopes('orders:read')
@Limited({ cost: 1 })
@Injectable()
export class ReadMessages {
  constructor(
    private readonly enterRoom: EnterRoom,
    private readonly log: MessageLog,
  ) {}

  /**
   * What the caller has missed: all that was said after a message, else after the last that they have seen.
   * @throws {GatewayError} NOT_FOUND; OVERLOADED where it cannot be read
   */
  async missed(context: Context, { orderId, after }: JoinQuestion): Promise<Messages> {
    await this.enterRoom.run(context, orderId);
    const from = after ?? (await this.log.seenBy(orderId, context.caller.id!));
    const found = await this.log.after(orderId, from, MAX_LIST_SIZE + 1);
    return { messages: found.slice(0, MAX_LIST_SIZE), hasMore: found.length > MAX_LIST_SIZE };
  }

  /** The newest messages, or those before one. @throws {GatewayError} NOT_FOUND; OVERLOADED where it cannot be read */
  async history(context: Context, { orderId, before, first }: HistoryQuestion): Promise<Messages> {
    await this.enterRoom.run(context, orderId);
    const found = await this.log.before(orderId, before, first + 1);
    return { messages: found.slice(-first), hasMore: found.length > first };
  }

  /** Notes what the caller has seen: it is not told them again. @throws {GatewayError} NOT_FOUND; OVERLOADED */
  async seen(context: Context, { orderId, id }: SeenMessage): Promise<object> {
    await this.enterRoom.run(context, orderId);
    await this.log.markSeen(orderId, context.caller.id!, id);
    return {};
  }
}
