import type { Known } from '#gateway/transports/socketio/socket-io-door';
import type { Context } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import type { Server, Socket } from 'socket.io';
import { EnterRoom } from './enter-room.ts';
import type { Message } from './message-log.ts';
import { type Messages, ReadMessages } from './read-messages.ts';
import { SendMessage } from './send-message.ts';
import type { JoinQuestion, NewMessage } from './support-input.ts';

/** Somebody who is in a room now. */
export interface Member {
  id: string;
  isSupport: boolean;
}

/** Other gateways have so long to say who is with them, in milliseconds. */
const PRESENCE_MS = 1_000;

const PREFIX = 'order:';
const roomOf = (orderId: string): string => PREFIX + orderId;

/** The rooms of orders: who is in them hears what is said there, at whichever gateway they are. */
@Injectable()
export class Rooms {
  private server!: Server;

  constructor(
    private readonly enterRoom: EnterRoom,
    private readonly readMessages: ReadMessages,
    private readonly sendMessage: SendMessage,
  ) {}

  openAt(server: Server): void {
    this.server = server;
  }

  /** Enters a room. @returns what was missed there, and who is there; from then on every message comes by itself */
  async join(context: Context, socket: Socket, question: JoinQuestion): Promise<Messages & { members: Member[] }> {
    const { orderId } = question;
    await this.enterRoom.run(context, orderId);
    const room = roomOf(orderId);
    const wasThere = socket.rooms.has(room);
    // Before it is read what was missed, so that nothing is said in between.
    await socket.join(room);
    const missed = await this.readMessages.missed(context, question).catch(async (error: unknown) => {
      if (!wasThere) await socket.leave(room);
      throw error;
    });
    return { ...missed, members: await this.tellPresence(orderId) };
  }

  async leave(socket: Socket, orderId: string): Promise<{ wasThere: boolean }> {
    const room = roomOf(orderId);
    const wasThere = socket.rooms.has(room);
    await socket.leave(room);
    if (wasThere) void this.tellPresence(orderId);
    return { wasThere };
  }

  /** Keeps a message and tells it, to the other sockets of its author too. */
  async say(context: Context, socket: Socket, message: NewMessage): Promise<Message> {
    const kept = await this.sendMessage.run(context, message);
    // Again where it is sent again: whoever told it first may have died before they did.
    socket.to(roomOf(message.orderId)).emit('message', kept);
    return kept;
  }

  /** Tells that somebody is about to say something, to who listens now: it is not kept. */
  async typing(context: Context, socket: Socket, { orderId, isTyping }: { orderId: string; isTyping: boolean }) {
    await this.enterRoom.run(context, orderId);
    const { callerId } = socket.data as Known;
    socket.to(roomOf(orderId)).volatile.emit('typing', { orderId, memberId: callerId, isTyping });
    return {};
  }

  /** A socket is about to be gone. */
  leaving(socket: Socket): void {
    const rooms = [...socket.rooms].filter((room) => room.startsWith(PREFIX));
    socket.once('disconnect', () => {
      for (const room of rooms) void this.tellPresence(room.slice(PREFIX.length));
    });
  }

  /** Nobody waits in vain where other gateways do not say who is with them: then it is told of those here. */
  private async tellPresence(orderId: string): Promise<Member[]> {
    const room = roomOf(orderId);
    const sockets = await this.server
      .in(room)
      .timeout(PRESENCE_MS)
      .fetchSockets()
      .catch(() => this.server.local.in(room).fetchSockets());
    const members = new Map<string, Member>();
    for (const { data } of sockets) {
      const { callerId: id, scopes } = data as Known;
      members.set(id, { id, isSupport: scopes.includes('admin') });
    }
    const all = [...members.values()];
    this.server.to(room).emit('presence', { orderId, members: all });
    return all;
  }
}
