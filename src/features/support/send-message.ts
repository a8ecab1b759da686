import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { EnterRoom } from './enter-room.ts';
import { type ChatMessage, MessageLog } from './message-log.ts';
import type { NewMessage } from './support-input.ts';

/** Sends a message to a room. */
@Scopes('orders:read')
@Limited({ cost: 1 })
@Injectable()
export class SendMessage {
  constructor(
    private readonly enterRoom: EnterRoom,
    private readonly log: MessageLog,
  ) {}

  /**
   * Stores a message, once per author and `clientId`, so that clients can retry until it is acknowledged.
   * @throws {GatewayError} NOT_FOUND; OVERLOADED if it cannot be stored
   */
  async run(context: Context, message: NewMessage): Promise<ChatMessage> {
    await this.enterRoom.run(context, message.orderId);
    const { id, scopes } = context.caller;
    const author = scopes.includes('admin') ? 'support' : 'customer';
    return this.log.append({ ...message, authorId: id!, author });
  }
}
