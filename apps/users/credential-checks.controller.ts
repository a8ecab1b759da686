import type { UsersApi } from '#libs/contracts';
import { Checked } from '#libs/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { z } from 'zod';
import { credentials } from './input.ts';
import { Passwords } from './passwords.ts';
import { UserStore } from './user-store.ts';

/** Passwords. */
@Controller('credential-checks')
export class CredentialChecksController {
  constructor(
    private readonly store: UserStore,
    private readonly passwords: Passwords,
  ) {}

  @Post()
  @HttpCode(200)
  async check(
    @Body(new Checked(credentials)) { email, password }: z.infer<typeof credentials>,
  ): Promise<UsersApi['CredentialCheck']> {
    const found = await this.store.byEmail(email);
    const isRight = await this.passwords.fits(password, found?.passwordHash);
    // A rehash needs the password, which is only available here.
    if (found?.passwordHash && isRight && this.passwords.isOutdated(found.passwordHash)) {
      await this.store.replaceHash(found.user.id, found.passwordHash, await this.passwords.hash(password));
    }
    return { user: found && isRight ? found.user : null };
  }
}
