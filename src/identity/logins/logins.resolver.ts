import { type DeviceCookie, ThisDevice } from '#gateway/identity/attempts/device-cookie';
import { type Presented, PresentedProof } from '#gateway/identity/dpop/presented';
import { Runs } from '#gateway/declare/runs';
import { FromInput } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Mutation, Resolver } from '@nestjs/graphql';
import { LoginInput } from './check-credentials.ts';
import { Login } from './login.ts';
import { Logout } from './logout.ts';
import { LogoutPayload } from './logout.view.ts';
import { Refresh, RefreshInput } from './refresh.ts';
import { TokensView } from './tokens.view.ts';

@Resolver()
export class LoginsResolver {
  constructor(
    private readonly loginUser: Login,
    private readonly refreshTokens: Refresh,
    private readonly logoutUser: Logout,
  ) {}

  @Runs(Login)
  @Mutation(() => TokensView, { nullable: true, description: 'Logs in.' })
  login(
    @RequestContext() context: Context,
    @FromInput(LoginInput) credentials: InputOf<typeof LoginInput>,
    @ThisDevice() device: DeviceCookie,
    @PresentedProof() proof: Presented | undefined,
  ) {
    return this.loginUser.run(context, credentials, device, proof);
  }

  @Runs(Refresh)
  @Mutation(() => TokensView, { nullable: true, description: 'The next pair of tokens.' })
  refresh(
    @RequestContext() context: Context,
    @FromInput(RefreshInput) token: InputOf<typeof RefreshInput>,
    @PresentedProof() proof: Presented | undefined,
  ) {
    return this.refreshTokens.run(context, token, proof);
  }

  @Runs(Logout)
  @Mutation(() => LogoutPayload, { nullable: true, description: 'Ends a refresh token.' })
  logout(@RequestContext() context: Context, @FromInput(RefreshInput) token: InputOf<typeof RefreshInput>) {
    return this.logoutUser.run(context, token);
  }
}
