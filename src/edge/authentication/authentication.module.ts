import { IdentityModule } from '#gateway/identity/identity.module';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuthGuard } from './auth.guard.ts';
import { Authenticate } from './authenticate.ts';
import { NoteDenials } from './note-denials.ts';

/** Who is calling, on every request, and whether they may call its handler. */
@Module({
  imports: [IdentityModule],
  providers: [Authenticate, NoteDenials, { provide: APP_GUARD, useClass: AuthGuard }],
})
export class AuthenticationModule {}
