import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { EnterRoom } from './enter-room.ts';
import { type Message, MessageLog } from './message-log.ts';
import type { NewMessage } from './support-input.ts';

/** Say this in that room. */
@Scopes('orders:read')
@Limited({ cost: 1 })
@Injectable()
export class SendMessage {
  constructor(
    private readonly enterRoom: EnterRoom,
    private readonly log: MessageLog,
  ) {}

  /**
   * Keeps a message, once for each id that its author gives it, so that they may send it until they hear that it is kept.
   * @throws {GatewayError} NOT_FOUND; OVERLOADED where it cannot be kept
   */
  async run(context: Context, message: NewMessage): Promise<Message> {
    await this.enterRoom.run(context, message.orderId);
    const { id, scopes } = context.caller;
    const author = scopes.includes('admin') ? 'support' : 'customer';
    return this.log.append({ ...message, authorId: id!, author });
  }
}
