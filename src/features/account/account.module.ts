import { AccountResolver } from './account.resolver.ts';
import { IdentityModule } from '#gateway/identity/identity.module';
import { Accounts } from '#gateway/identity/logins/accounts';
import { BrowserLogin } from '#gateway/identity/logins/browser-login';
import { BrowserLogout } from '#gateway/identity/logins/browser-logout';
import {
  AuthController,
  BrowserController,
  LoginsResolver,
  loginUseCases,
  OperatorController,
  SessionsController,
} from '#gateway/identity/logins/logins';
import { Module } from '@nestjs/common';
import { AvatarController } from './avatar.controller.ts';
import { Avatars } from './avatars.ts';
import { AccountsOfUsers } from './accounts-of-users.ts';
import { GetMe } from './get-me.ts';
import { MeController } from './me.controller.ts';
import { ProfilePicture } from './profile-picture.ts';
import { RegisterController } from './register.controller.ts';
import { Register } from './register.ts';
import { DeleteAccount } from './delete-account.ts';
import { DeleteFiles, RemoveAvatar } from './remove-files.ts';
import { SetAvatar } from './set-avatar.ts';
import { UpdateProfile } from './update-profile.ts';

@Module({
  imports: [IdentityModule],
  controllers: [
    RegisterController,
    AuthController,
    AvatarController,
    BrowserController,
    MeController,
    OperatorController,
    SessionsController,
  ],
  providers: [
    AccountResolver,
    LoginsResolver,
    // Profiles:
    DeleteAccount,
    GetMe,
    Register,
    UpdateProfile,
    // Files:
    Avatars,
    DeleteFiles,
    ProfilePicture,
    RemoveAvatar,
    SetAvatar,
    // Logins:
    { provide: Accounts, useClass: AccountsOfUsers },
    ...loginUseCases,
  ],
  exports: [GetMe, UpdateProfile, BrowserLogin, BrowserLogout],
})
export class AccountModule {}
