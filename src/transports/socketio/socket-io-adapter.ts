import { Config } from '#gateway/config/config';
import { endMessage, messageContext } from '#gateway/edge/context/message-context';
import { GatewayError } from '#libs/errors';
import { inRequest } from '#libs/observe';
import { Injectable } from '@nestjs/common';
import { AbstractWsAdapter, type MessageMappingProperties } from '@nestjs/websockets';
import { PinoLogger } from 'nestjs-pino';
import type { Socket } from 'socket.io';
import { type MessageAnswer, SocketMessage } from './socket-message.ts';
import { SocketIoServer } from './socket-io-server.ts';
import { emitLocally } from './socket-io-stream.ts';

/** What is sent back of the name of an unknown message, in characters. */
const MAX_EVENT_LENGTH = 100;

/** Dispatches socket messages to Nest's gateways; each message has its own request id, limits and deadline. */
@Injectable()
export class SocketIoAdapter extends AbstractWsAdapter {
  constructor(
    private readonly sockets: SocketIoServer,
    private readonly config: Config,
    private readonly pino: PinoLogger,
  ) {
    super();
    sockets.arrivals.on('connection', (socket) => {
      socket.onAny((event: string, ...given: unknown[]) => {
        if (!socket.listenerCount(event)) this.refuseUnknown(socket, event, given);
      });
    });
  }

  override create(): SocketIoServer['arrivals'] {
    return this.sockets.arrivals;
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
    return this.sockets.close();
  }

  private async hear(
    socket: Socket,
    event: string,
    callback: MessageMappingProperties['callback'],
    given: unknown[],
  ): Promise<void> {
    const reply = replyTo(socket, event, given);
    const request = this.sockets.requestOf(socket);
    const context = messageContext(request.context, `message ${event}`, this.config.REQUEST_TIMEOUT_MS);
    const message = new SocketMessage(context, request, event, given[0], reply);
    const left = () => context.end();
    socket.once('disconnect', left);
    try {
      await inRequest(context.log, async () => {
        // Errors of the handler are acknowledged by RefusalsFilter.
        const answer = (await callback(message)) as unknown;
        if (answer !== undefined) message.answer(answer);
      });
    } finally {
      socket.off('disconnect', left);
      context.settle();
      endMessage(context);
    }
  }
  /** A message that nothing handles is answered, too: its client would wait for the acknowledgement. */
  private refuseUnknown(socket: Socket, event: string, given: unknown[]): void {
    const request = this.sockets.requestOf(socket);
    const name = event.slice(0, MAX_EVENT_LENGTH);
    const message = new SocketMessage(request.context, request, name, undefined, replyTo(socket, name, given));
    message.refuse(new GatewayError('NOT_FOUND', { detail: 'There is no such message.' }));
  }
}

/** Acknowledges a message; one without an acknowledgement hears of its refusal by `refused`. Takes the acknowledgement out of `given`. */
function replyTo(socket: Socket, event: string, given: unknown[]): (answer: MessageAnswer) => void {
  const acknowledge =
    typeof given.at(-1) === 'function' ? (given.pop() as (answer: MessageAnswer) => void) : undefined;
  return (answer) => {
    if (acknowledge) acknowledge(answer);
    else if ('error' in answer) emitLocally(socket, 'refused', { event, ...answer });
  };
}
