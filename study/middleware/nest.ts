import {
  type ArgumentsHost,
  type CanActivate,
  type CallHandler,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Module,
  type NestInterceptor,
  type PipeTransform,
  Query,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { tap } from 'rxjs';
import type { Given, Running } from './frameworks.ts';

/** A Nest application with all that can be around a handler. */
export async function nest({ log, home }: Given): Promise<Running> {
  class Guard implements CanActivate {
    canActivate = () => (log('guard'), true);
  }
  class Interceptor implements NestInterceptor {
    intercept(_context: unknown, next: CallHandler) {
      log('interceptor');
      return next.handle().pipe(tap(() => log('interceptor')));
    }
  }
  class Pipe implements PipeTransform {
    transform = (value: unknown) => (log('pipe'), value);
  }
  @Catch(RangeError)
  class Filter implements ExceptionFilter {
    catch(_error: unknown, host: ArgumentsHost) {
      log('filter');
      host.switchToHttp().getResponse<{ send(body: object): void }>().send({});
    }
  }
  @Controller()
  class Routes {
    @Get()
    @UseGuards(Guard)
    @UseInterceptors(Interceptor)
    @UseFilters(Filter)
    root(@Query('fail', Pipe) fail: string | undefined): object {
      log('handler');
      if (fail) throw new RangeError('refused');
      return {};
    }

    @Get('home')
    home() {
      return home();
    }

    @Get('fail')
    fail(): never {
      throw new Error('the password is 1234');
    }
  }
  @Module({ controllers: [Routes] })
  class App {}

  const app = await NestFactory.create(App, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return { url: await app.getUrl(), close: () => app.close() };
}
