import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Said } from '#gateway/transports/socketio/arrived';
import { RefusalsFilter } from '#gateway/transports/socketio/refusals.filter';
import type { Context } from '#libs/upstream';
import type { Asked } from '#libs/view';
import { UseFilters } from '@nestjs/common';
import {
  ConnectedSocket,
  type OnGatewayConnection,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { EnterRoom } from './enter-room.ts';
import { ReadMessages } from './read-messages.ts';
import { Rooms } from './rooms.ts';
import { SendMessage } from './send-message.ts';
import { HistoryBody, JoinBody, MessageBody, RoomBody, SeenBody, TypingBody } from './support-input.ts';

/** The Socket.IO events of support chat, one room per order. */
@WebSocketGateway()
@UseFilters(RefusalsFilter)
export class SupportGateway implements OnGatewayInit<Server>, OnGatewayConnection<Socket> {
  constructor(
    private readonly rooms: Rooms,
    private readonly readMessages: ReadMessages,
  ) {}

  afterInit(server: Server): void {
    this.rooms.openAt(server);
  }

  handleConnection(socket: Socket): void {
    socket.once('disconnecting', () => this.rooms.leaving(socket));
  }

  @Runs(ReadMessages)
  @SubscribeMessage('join')
  join(
    @RequestContext() context: Context,
    @ConnectedSocket() socket: Socket,
    @Said(JoinBody) question: Asked<typeof JoinBody>,
  ) {
    return this.rooms.join(context, socket, question);
  }

  @Runs(EnterRoom)
  @SubscribeMessage('leave')
  leave(@ConnectedSocket() socket: Socket, @Said(RoomBody) { orderId }: Asked<typeof RoomBody>) {
    return this.rooms.leave(socket, orderId);
  }

  @Runs(SendMessage)
  @SubscribeMessage('message')
  say(
    @RequestContext() context: Context,
    @ConnectedSocket() socket: Socket,
    @Said(MessageBody) message: Asked<typeof MessageBody>,
  ) {
    return this.rooms.say(context, socket, message);
  }

  @Runs(EnterRoom)
  @SubscribeMessage('typing')
  typing(
    @RequestContext() context: Context,
    @ConnectedSocket() socket: Socket,
    @Said(TypingBody) typing: Asked<typeof TypingBody>,
  ) {
    return this.rooms.typing(context, socket, typing);
  }

  @Runs(ReadMessages)
  @SubscribeMessage('seen')
  seen(@RequestContext() context: Context, @Said(SeenBody) seen: Asked<typeof SeenBody>) {
    return this.readMessages.seen(context, seen);
  }

  @Runs(ReadMessages)
  @SubscribeMessage('history')
  history(@RequestContext() context: Context, @Said(HistoryBody) question: Asked<typeof HistoryBody>) {
    return this.readMessages.history(context, question);
  }
}
