import { AuthModule } from '#gateway/edge/auth/auth.module';
import { Module } from '@nestjs/common';
import { AccountResolver } from './account.resolver.ts';
import { AuthController } from './auth.controller.ts';
import { GetMe } from './get-me.ts';
import { Login } from './login.ts';
import { Logout } from './logout.ts';
import { MeController } from './me.controller.ts';
import { Refresh } from './refresh.ts';
import { Register } from './register.ts';
import { Session } from './session.ts';
import { UpdateProfile } from './update-profile.ts';

@Module({
  imports: [AuthModule],
  controllers: [AuthController, MeController],
  providers: [AccountResolver, GetMe, Login, Logout, Refresh, Register, Session, UpdateProfile],
})
export class AccountModule {}
