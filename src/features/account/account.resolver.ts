import { Runs } from '#gateway/declare/runs';
import { FromInput } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { SemanticNonNull } from '#gateway/declare/semantic-non-null';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Mutation, Query, Resolver } from '@nestjs/graphql';
import { DeleteAccount } from './delete-account.ts';
import { GetMe } from './get-me.ts';
import { DeleteAccountPayload, UpdateProfilePayload } from './payload.view.ts';
import { UpdateProfile, UpdateProfileInput } from './update-profile.ts';
import { UserView } from './user.view.ts';

@Resolver()
export class AccountResolver {
  constructor(
    private readonly getMe: GetMe,
    private readonly updateUser: UpdateProfile,
    private readonly deleteUser: DeleteAccount,
  ) {}

  @Runs(GetMe)
  @SemanticNonNull()
  @Query(() => UserView, { nullable: true, description: "The caller's profile." })
  me(@RequestContext() context: Context) {
    return this.getMe.run(context);
  }

  @Runs(UpdateProfile)
  @Mutation(() => UpdateProfilePayload, { nullable: true, description: "Changes the caller's profile." })
  async updateProfile(
    @RequestContext() context: Context,
    @FromInput(UpdateProfileInput) change: InputOf<typeof UpdateProfileInput>,
  ) {
    return { user: await this.updateUser.run(context, change) };
  }

  @Runs(DeleteAccount)
  @Mutation(() => DeleteAccountPayload, {
    nullable: true,
    description: "Deletes the caller's account, after a recent login. Orders stay without an owner.",
  })
  async deleteAccount(@RequestContext() context: Context) {
    await this.deleteUser.run(context);
    return { ok: true };
  }
}
