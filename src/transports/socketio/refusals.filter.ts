import { asGatewayError } from '#gateway/edge/errors/as-gateway-error';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Arrived } from './arrived.ts';

/** The one place where an error becomes the answer to a message of a socket. */
@Catch()
export class RefusalsFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const error = asGatewayError(thrown);
    if (error.code === 'INTERNAL') this.logger.error({ err: thrown }, 'internal error');
    host.switchToWs().getData<Arrived>().refuse(error);
  }
}
