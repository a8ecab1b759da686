import { Runs } from '#gateway/declare/runs';
import { Answers } from '#gateway/declare/answers';
import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { FromPrecondition } from '#gateway/declare/from-precondition';
import { Tag } from '#gateway/declare/tag';
import type { Context, Precondition } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Delete, Get, HttpCode, Patch } from '@nestjs/common';
import { ApiOperation, ApiResponse } from '@nestjs/swagger';
import { DeleteAccount } from './delete-account.ts';
import { GetMe } from './get-me.ts';
import { UpdateProfile, UpdateProfileInput } from './update-profile.ts';
import { UserView } from './user.view.ts';

@Tag('account', 'The caller.')
@Controller('me')
export class MeController {
  constructor(
    private readonly getMe: GetMe,
    private readonly updateProfile: UpdateProfile,
    private readonly deleteAccount: DeleteAccount,
  ) {}

  @Runs(GetMe)
  @Get()
  @ApiOperation({ operationId: 'getMe', summary: "The caller's profile" })
  @Answers(UserView, { isVersioned: true })
  me(@RequestContext() context: Context) {
    return this.getMe.run(context);
  }

  @Runs(UpdateProfile)
  @Patch()
  @ApiOperation({ operationId: 'updateMe', summary: "Change the caller's profile (RFC 7396)" })
  @Answers(UserView, { isVersioned: true })
  update(
    @RequestContext() context: Context,
    @FromBody(UpdateProfileInput, ['application/merge-patch+json', 'application/json'])
    change: InputOf<typeof UpdateProfileInput>,
    @FromPrecondition() precondition: Precondition,
  ) {
    return this.updateProfile.run(context, change, precondition);
  }

  @Runs(DeleteAccount)
  @Delete()
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteMe', summary: "Delete the caller's account, after a recent login" })
  @ApiResponse({ status: 204, description: 'Deleted.' })
  delete(@RequestContext() context: Context, @FromPrecondition() precondition: Precondition) {
    return this.deleteAccount.run(context, precondition);
  }
}
