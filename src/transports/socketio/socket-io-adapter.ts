import { Config } from '#gateway/config/config';
import { messageContext } from '#gateway/edge/context/message-context';
import { inRequest } from '#libs/observe';
import { Injectable } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { MessageMappingProperties } from '@nestjs/websockets';
import { PinoLogger } from 'nestjs-pino';
import type { Server, Socket } from 'socket.io';
import { type Answer, Arrived } from './arrived.ts';
import { SocketIoDoor } from './socket-io-door.ts';
import { tellHere } from './socket-io-stream.ts';

/** Dispatches socket messages to Nest's gateways; each message has its own request id, limits and deadline. */
@Injectable()
export class SocketIoAdapter extends IoAdapter {
  constructor(
    private readonly door: SocketIoDoor,
    private readonly config: Config,
    private readonly pino: PinoLogger,
  ) {
    super();
  }

  override createIOServer(): Server {
    return this.door.server;
  }

  override bindMessageHandlers(socket: Socket, handlers: MessageMappingProperties[]): void {
    for (const { message, callback } of handlers) {
      const event = String(message);
      socket.on(event, (...given: unknown[]) => {
        // An unhandled rejection would end the process.
        this.hear(socket, event, callback, given).catch((err: unknown) =>
          this.pino.error({ err }, 'internal error'),
        );
      });
    }
  }

  override close(): Promise<void> {
    return this.door.close();
  }

  private async hear(
    socket: Socket,
    event: string,
    callback: MessageMappingProperties['callback'],
    given: unknown[],
  ): Promise<void> {
    const acknowledge = typeof given.at(-1) === 'function' ? (given.pop() as (answer: Answer) => void) : undefined;
    const tell = (answer: Answer) => {
      if (acknowledge) acknowledge(answer);
      else if ('error' in answer) tellHere(socket, 'refused', { event, ...answer });
    };
    const request = this.door.requestOf(socket);
    const context = messageContext(request.context, this.config.REQUEST_TIMEOUT_MS);
    const arrived = new Arrived(context, request, event, given[0], tell);
    const left = () => context.end();
    socket.once('disconnect', left);
    try {
      await inRequest(context.log, async () => {
        // Errors of the handler are acknowledged by RefusalsFilter.
        const answer = (await callback(arrived)) as unknown;
        if (answer !== undefined) arrived.answer(answer);
      });
    } finally {
      socket.off('disconnect', left);
      context.settle();
    }
  }
}
