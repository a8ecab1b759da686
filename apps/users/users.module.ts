import { InternalTokenVerifier } from '#libs/internal-token';
import { type Logger, onlyWarnings } from '#libs/observe';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { CredentialChecksController } from './credential-checks.controller.ts';
import { CallerGuard } from './http/caller.guard.ts';
import { DeadlineInterceptor } from './http/deadline.interceptor.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { OperationsController } from './operations.controller.ts';
import { Passwords } from './passwords.ts';
import { UserStore } from './user-store.ts';
import { UsersController } from './users.controller.ts';

/** What the service is made of. */
export interface UsersParts {
  store: UserStore;
  passwords: Passwords;
  verifier: InternalTokenVerifier;
  log: Logger;
}

@Module({})
export class UsersModule {
  /** The service over these parts. */
  static over({ store, passwords, verifier, log }: UsersParts): DynamicModule {
    return {
      module: UsersModule,
      // Access lines are written by `observeRequests`; Nest's own are of interest when they warn.
      imports: [
        LoggerModule.forRoot({ pinoHttp: { logger: onlyWarnings(log), autoLogging: false }, forRoutes: [] }),
      ],
      controllers: [UsersController, CredentialChecksController, OperationsController],
      providers: [
        { provide: UserStore, useValue: store },
        { provide: Passwords, useValue: passwords },
        { provide: InternalTokenVerifier, useValue: verifier },
        { provide: APP_GUARD, useClass: CallerGuard },
        { provide: APP_INTERCEPTOR, useClass: DeadlineInterceptor },
        { provide: APP_FILTER, useValue: new ProblemFilter(log) },
      ],
    };
  }
}
