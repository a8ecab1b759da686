import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { SocketMessage } from './socket-message.ts';

/** Acknowledges a socket message whose handler threw with a problem, and logs internal errors. */
@Catch()
export class RefusalsFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = asGatewayError(thrown);
    if (error.code === 'INTERNAL') this.logger.error({ err: thrown }, 'internal error');
    host.switchToWs().getData<SocketMessage>().refuse(error);
  }
}
