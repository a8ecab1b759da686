import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { eventIdIn, isLater } from '#libs/events';
import type { Context } from '#libs/upstream';
import { MAX_LIST_SIZE } from '#libs/view';
import { Injectable } from '@nestjs/common';
import { EnterRoom } from './enter-room.ts';
import { type ChatMessage, MessageLog } from './message-log.ts';
import type { HistoryQuestion, JoinQuestion, SeenMessage } from './support-input.ts';

/** Messages of a room, oldest first. */
export interface Messages {
  messages: ChatMessage[];
  /** Whether there are more. */
  hasMore: boolean;
}

/** Reads the messages of a room. */
@Scopes('orders:read')
@Limited({ cost: 1 })
@Injectable()
export class ReadMessages {
  constructor(
    private readonly enterRoom: EnterRoom,
    private readonly log: MessageLog,
  ) {}

  /**
   * The messages that the caller missed: those after `after`, else after the last one seen; at most 100. All of them where that is
   * later than each, of a room whose messages were lost since.
   * @throws {GatewayError} NOT_FOUND; OVERLOADED if they cannot be read
   */
  async missed(context: Context, { orderId, after }: JoinQuestion): Promise<Messages> {
    await this.enterRoom.run(context, orderId);
    const from = after ?? (await this.log.seenBy(orderId, context.caller.id!));
    let found = await this.log.after(orderId, from, MAX_LIST_SIZE + 1);
    if (!found.length && (await this.isOfLostRoom(orderId, from)))
      found = await this.log.after(orderId, undefined, MAX_LIST_SIZE + 1);
    return { messages: found.slice(0, MAX_LIST_SIZE), hasMore: found.length > MAX_LIST_SIZE };
  }

  /** The newest messages, or those before one. @throws {GatewayError} NOT_FOUND; OVERLOADED if they cannot be read */
  async history(context: Context, { orderId, before, first }: HistoryQuestion): Promise<Messages> {
    await this.enterRoom.run(context, orderId);
    const found = await this.log.before(orderId, before, first + 1);
    return { messages: found.slice(-first), hasMore: found.length > first };
  }

  /** Marks messages as seen, so that they are not missed later. @throws {GatewayError} NOT_FOUND; OVERLOADED */
  async seen(context: Context, { orderId, id }: SeenMessage): Promise<object> {
    await this.enterRoom.run(context, orderId);
    await this.log.markSeen(orderId, context.caller.id!, id);
    return {};
  }
  /** As after a failover to a Redis without them, whose clock is behind. */
  private async isOfLostRoom(orderId: string, id: string | undefined): Promise<boolean> {
    const [newest] = await this.log.before(orderId, undefined, 1);
    return id !== undefined && newest !== undefined && isLater(eventIdIn(id)!, eventIdIn(newest.id)!);
  }
}
