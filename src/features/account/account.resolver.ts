import { type DeviceCookie, ThisDevice } from '#gateway/identity/attempts/device-cookie';
import { type Presented, PresentedProof } from '#gateway/identity/dpop/presented';
import { Runs } from '#gateway/declare/runs';
import { FromInput } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { SemanticNonNull } from '#gateway/declare/semantic-non-null';
import type { Context } from '#libs/upstream';
import type { Asked } from '#libs/view';
import { Mutation, Query, Resolver } from '@nestjs/graphql';
import { GetMe } from './get-me.ts';
import { LoginInput } from './check-credentials.ts';
import { Login } from './login.ts';
import { Logout } from './logout.ts';
import { LogoutPayload, UpdateProfilePayload } from './payload.view.ts';
import { Refresh, RefreshInput } from './refresh.ts';
import { TokensView } from './tokens.view.ts';
import { UpdateProfile, UpdateProfileInput } from './update-profile.ts';
import { UserView } from './user.view.ts';

@Resolver()
export class AccountResolver {
  constructor(
    private readonly getMe: GetMe,
    private readonly updateUser: UpdateProfile,
    private readonly loginUser: Login,
    private readonly refreshTokens: Refresh,
    private readonly logoutUser: Logout,
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
    @FromInput(UpdateProfileInput) change: Asked<typeof UpdateProfileInput>,
  ) {
    return { user: await this.updateUser.run(context, change) };
  }

  @Runs(Login)
  @Mutation(() => TokensView, { nullable: true, description: 'Logs in.' })
  login(
    @RequestContext() context: Context,
    @FromInput(LoginInput) credentials: Asked<typeof LoginInput>,
    @ThisDevice() device: DeviceCookie,
    @PresentedProof() proof: Presented | undefined,
  ) {
    return this.loginUser.run(context, credentials, device, proof);
  }

  @Runs(Refresh)
  @Mutation(() => TokensView, { nullable: true, description: 'The next pair of tokens.' })
  refresh(
    @RequestContext() context: Context,
    @FromInput(RefreshInput) token: Asked<typeof RefreshInput>,
    @PresentedProof() proof: Presented | undefined,
  ) {
    return this.refreshTokens.run(context, token, proof);
  }

  @Runs(Logout)
  @Mutation(() => LogoutPayload, { nullable: true, description: 'Ends a refresh token.' })
  logout(@RequestContext() context: Context, @FromInput(RefreshInput) token: Asked<typeof RefreshInput>) {
    return this.logoutUser.run(context, token);
  }
}
