import { Config } from '#gateway/config/config';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { AccessTokens } from './access-tokens.ts';
import { AuthGuard } from './auth.guard.ts';
import { Authenticate } from './authenticate.ts';
import { JwksController } from './jwks.controller.ts';
import { RefreshTokens } from './refresh-tokens.ts';
import { SigningKey } from './signing-key.ts';

/** Who is asking, and whether they may. */
@Module({
  imports: [JwtModule.register({})],
  controllers: [JwksController],
  providers: [
    { provide: SigningKey, useFactory: (config: Config) => SigningKey.from(config), inject: [Config] },
    AccessTokens,
    RefreshTokens,
    Authenticate,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [AccessTokens, RefreshTokens],
})
export class AuthModule {}
