import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Acknowledges, Emits } from '#gateway/transports/socketio/emits';
import { MessagePayload } from '#gateway/transports/socketio/socket-message';
import { RefusalsFilter } from '#gateway/transports/socketio/refusals.filter';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { UseFilters } from '@nestjs/common';
import { ConnectedSocket, type OnGatewayConnection, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import type { Socket } from 'socket.io';
import { EnterRoom } from './enter-room.ts';
import { ReadMessages } from './read-messages.ts';
import { Rooms } from './rooms.ts';
import { ACKNOWLEDGED, ROOM_EVENTS } from './support-events.ts';
import { SendMessage } from './send-message.ts';
import { HistoryBody, JoinBody, MessageBody, RoomBody, SeenBody, TypingBody } from './support-input.ts';

/** The Socket.IO events of support chat, one room per order. */
@Emits(ROOM_EVENTS)
@WebSocketGateway()
@UseFilters(RefusalsFilter)
export class SupportGateway implements OnGatewayConnection<Socket> {
  constructor(
    private readonly rooms: Rooms,
    private readonly readMessages: ReadMessages,
  ) {}

  handleConnection(socket: Socket): void {
    socket.once('disconnecting', () => this.rooms.leaving(socket));
  }

  @Runs(ReadMessages)
  @SubscribeMessage('join')
  @Acknowledges('Join the room of an order', ACKNOWLEDGED)
  join(
    @RequestContext() context: Context,
    @ConnectedSocket() socket: Socket,
    @MessagePayload(JoinBody) question: InputOf<typeof JoinBody>,
  ) {
    return this.rooms.join(context, socket, question);
  }

  @Runs(EnterRoom)
  @SubscribeMessage('leave')
  @Acknowledges('Leave a room', ACKNOWLEDGED)
  leave(@ConnectedSocket() socket: Socket, @MessagePayload(RoomBody) { orderId }: InputOf<typeof RoomBody>) {
    return this.rooms.leave(socket, orderId);
  }

  @Runs(SendMessage)
  @SubscribeMessage('message')
  @Acknowledges('Send a message to a room', ACKNOWLEDGED)
  post(
    @RequestContext() context: Context,
    @ConnectedSocket() socket: Socket,
    @MessagePayload(MessageBody) message: InputOf<typeof MessageBody>,
  ) {
    return this.rooms.post(context, socket, message);
  }

  @Runs(EnterRoom)
  @SubscribeMessage('typing')
  @Acknowledges('Say whether the caller is typing', ACKNOWLEDGED)
  typing(
    @RequestContext() context: Context,
    @ConnectedSocket() socket: Socket,
    @MessagePayload(TypingBody) typing: InputOf<typeof TypingBody>,
  ) {
    return this.rooms.typing(context, socket, typing);
  }

  @Runs(ReadMessages)
  @SubscribeMessage('seen')
  @Acknowledges('Mark messages as seen', ACKNOWLEDGED)
  seen(@RequestContext() context: Context, @MessagePayload(SeenBody) seen: InputOf<typeof SeenBody>) {
    return this.readMessages.seen(context, seen);
  }

  @Runs(ReadMessages)
  @SubscribeMessage('history')
  @Acknowledges('Read older messages', ACKNOWLEDGED)
  history(@RequestContext() context: Context, @MessagePayload(HistoryBody) question: InputOf<typeof HistoryBody>) {
    return this.readMessages.history(context, question);
  }
}
