import { type Logger, namedLoggers } from '#libs/observe';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { LogLevelsController } from './log-levels.controller.ts';
import { FRAMEWORK, LogLevels } from './log-levels.ts';

/** The levels of the loggers, for operators. */
@Global()
@Module({})
export class LogsModule {
  /** @param logger of the process */
  static of(logger: Logger): DynamicModule {
    return {
      module: LogsModule,
      controllers: [LogLevelsController],
      exports: [LogLevels],
      providers: [
        {
          provide: LogLevels,
          // Injected so that the logger of the framework and of providers exists.
          inject: [PinoLogger],
          useFactory: () =>
            new LogLevels([['gateway', logger], ...namedLoggers(logger), [FRAMEWORK, PinoLogger.root]]),
        },
      ],
    };
  }
}
