import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { UsersApi } from '#libs/contracts';
import type { InternalCaller } from '#libs/internal-token';
import { Caller, Checked, Problem } from '#libs/service';
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { byIds, newUser, passwordChange, userPatch } from './input.ts';
import { Passwords } from './passwords.ts';
import { preconditionOf } from './precondition.ts';
import { UserStore } from './user-store.ts';

/** Profiles. */
@Controller('users')
export class UsersController {
  constructor(
    private readonly store: UserStore,
    private readonly passwords: Passwords,
  ) {}

  @Get()
  async list(@Query(new Checked(byIds)) { ids }: z.infer<typeof byIds>): Promise<UsersApi['UserList']> {
    return { users: await this.store.byIds(ids) };
  }

  @Get(':id')
  async get(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<UsersApi['User']> {
    return tagged(reply, found((await this.store.byIds([id]))[0]));
  }

  @Post()
  async register(@Body(new Checked(newUser)) input: z.infer<typeof newUser>): Promise<UsersApi['User']> {
    const user = await this.store.add({
      id: randomUUID(),
      name: input.name,
      email: input.email,
      avatar_url: null,
      role: 'customer',
      created_at: new Date().toISOString(),
      password_hash: await this.passwords.hash(input.password),
    });
    if (!user) throw Problem.conflict('EMAIL_TAKEN', 'This email address is in use.');
    return user;
  }

  @Post(':id/password-changes')
  @HttpCode(200)
  async changePassword(
    @Caller() caller: InternalCaller,
    @Param('id') id: string,
    @Body(new Checked(passwordChange)) { currentPassword, newPassword }: z.infer<typeof passwordChange>,
  ): Promise<UsersApi['PasswordChange']> {
    if (caller.id !== id) throw notFound();
    const before = await this.store.passwordHash(id);
    if (before === undefined) throw notFound();
    if (!before || !(await this.passwords.fits(currentPassword, before))) return { isChanged: false };
    return { isChanged: await this.store.replaceHash(id, before, await this.passwords.hash(newPassword)) };
  }

  @Patch(':id')
  async change(
    @Caller() caller: InternalCaller,
    @Param('id') id: string,
    @Body(new Checked(userPatch)) { name, avatarUrl }: z.infer<typeof userPatch>,
    @Headers() headers: IncomingHttpHeaders,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UsersApi['User']> {
    if (caller.id !== id && !caller.scopes.includes('admin')) throw notFound();
    const user = await this.store.update(id, { name, avatar_url: avatarUrl }, preconditionOf(headers));
    if (user) return tagged(reply, user);
    found((await this.store.byIds([id]))[0]);
    throw Problem.of('PRECONDITION_FAILED', 'The version of the user has changed.');
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Caller() caller: InternalCaller, @Param('id') id: string): Promise<void> {
    if (caller.id !== id) throw notFound();
    await this.store.delete(id);
  }
}

/** The version of a user is also its entity tag. */
function tagged(reply: FastifyReply, user: UsersApi['User']): UsersApi['User'] {
  void reply.header('etag', `"${user.version}"`);
  return user;
}

function found(user: UsersApi['User'] | undefined): UsersApi['User'] {
  if (!user) throw notFound();
  return user;
}

const notFound = () => Problem.of('NOT_FOUND', 'The user does not exist.');
