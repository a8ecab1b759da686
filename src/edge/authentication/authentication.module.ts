import { IdentityModule } from '#gateway/identity/identity.module';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.ts';
import { Authenticate } from './authenticate.ts';
import { NoteDenials } from './note-denials.ts';

/** Authenticates every request, and checks that the caller may call the handler. */
@Module({
  imports: [IdentityModule],
  providers: [Authenticate, NoteDenials, { provide: APP_GUARD, useClass: AuthGuard }],
})
export class AuthenticationModule {}
