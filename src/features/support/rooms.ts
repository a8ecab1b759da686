import { type SocketData, SocketIoServer } from '#gateway/transports/socketio/socket-io-server';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Socket } from 'socket.io';
import { EnterRoom } from './enter-room.ts';
import type { ChatMessage } from './message-log.ts';
import { type Messages, ReadMessages } from './read-messages.ts';
import { SendMessage } from './send-message.ts';
import type { JoinQuestion, NewMessage } from './support-input.ts';

/** A member present in a room. */
export interface Member {
  id: string;
  isSupport: boolean;
}

/** How long to wait for the sockets of other gateways, in milliseconds. */
const PRESENCE_MS = 1_000;

const PREFIX = 'order:';
const roomOf = (orderId: string): string => PREFIX + orderId;

/** The rooms of orders, each shared by the sockets of all gateways. */
@Injectable()
export class Rooms {
  constructor(
    private readonly enterRoom: EnterRoom,
    private readonly readMessages: ReadMessages,
    private readonly sendMessage: SendMessage,
    private readonly sockets: SocketIoServer,
  ) {}

  /** Joins a room. @returns the missed messages and the members present; later messages are pushed */
  async join(context: Context, socket: Socket, question: JoinQuestion): Promise<Messages & { members: Member[] }> {
    const { orderId } = question;
    await this.enterRoom.run(context, orderId);
    const room = roomOf(orderId);
    const wasThere = socket.rooms.has(room);
    // Join before reading missed messages, so that none falls in between.
    await socket.join(room);
    const missed = await this.readMessages.missed(context, question).catch(async (error: unknown) => {
      if (!wasThere) await socket.leave(room);
      throw error;
    });
    return { ...missed, members: await this.publishPresence(orderId) };
  }

  async leave(socket: Socket, orderId: string): Promise<{ wasThere: boolean }> {
    const room = roomOf(orderId);
    const wasThere = socket.rooms.has(room);
    await socket.leave(room);
    if (wasThere) void this.publishPresence(orderId);
    return { wasThere };
  }

  /** Stores a message and emits it to the room, including other sockets of its author. */
  async post(context: Context, socket: Socket, message: NewMessage): Promise<ChatMessage> {
    const kept = await this.sendMessage.run(context, message);
    // Emitted again for a duplicate: the first gateway may have crashed before it emitted.
    socket.to(roomOf(message.orderId)).emit('message', kept);
    return kept;
  }

  /** The same for a message that came by a form, without a socket. */
  async postByForm(context: Context, message: NewMessage): Promise<ChatMessage> {
    const kept = await this.sendMessage.run(context, message);
    const server = await this.sockets.server();
    server.to(roomOf(message.orderId)).emit('message', kept);
    return kept;
  }

  /** Emits a typing notice, which is not stored. */
  async typing(context: Context, socket: Socket, { orderId, isTyping }: { orderId: string; isTyping: boolean }) {
    await this.enterRoom.run(context, orderId);
    const { callerId } = socket.data as SocketData;
    socket.to(roomOf(orderId)).volatile.emit('typing', { orderId, memberId: callerId, isTyping });
    return {};
  }

  /** Updates the presence of a disconnecting socket's rooms. */
  leaving(socket: Socket): void {
    const rooms = [...socket.rooms].filter((room) => room.startsWith(PREFIX));
    socket.once('disconnect', () => {
      for (const room of rooms) void this.publishPresence(room.slice(PREFIX.length));
    });
  }

  /** Emits and returns the members present; only local ones if other gateways do not answer in time. */
  private async publishPresence(orderId: string): Promise<Member[]> {
    const room = roomOf(orderId);
    const server = await this.sockets.server();
    const sockets = await server
      .in(room)
      .timeout(PRESENCE_MS)
      .fetchSockets()
      .catch(() => server.local.in(room).fetchSockets());
    const members = new Map<string, Member>();
    for (const { data } of sockets) {
      const { callerId: id, scopes } = data as SocketData;
      members.set(id, { id, isSupport: scopes.includes('admin') });
    }
    const all = [...members.values()];
    server.to(room).emit('presence', { orderId, members: all });
    return all;
  }
}
