import { type DeviceCookie, ThisDevice } from '#gateway/identity/attempts/device-cookie';
import { type Presented, PresentedProof } from '#gateway/identity/dpop/presented';
import { Uncompressed } from '#gateway/declare/uncompressed';
import { Runs } from '#gateway/declare/runs';
import { Answers } from '#gateway/declare/answers';
import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { LoginInput } from './check-credentials.ts';
import { Login } from './login.ts';
import { Logout } from './logout.ts';
import { Refresh, RefreshInput } from './refresh.ts';
import { TokensView } from './tokens.view.ts';

@ApiTags('auth')
@Uncompressed()
@Controller('auth')
export class AuthController {
  constructor(
    private readonly loginUser: Login,
    private readonly refreshTokens: Refresh,
    private readonly logoutUser: Logout,
  ) {}

  @Runs(Login)
  @Post('login')
  @ApiOperation({ operationId: 'login', summary: 'Log in' })
  @Answers(TokensView)
  login(
    @RequestContext() context: Context,
    @FromBody(LoginInput) credentials: InputOf<typeof LoginInput>,
    @ThisDevice() device: DeviceCookie,
    @PresentedProof() proof: Presented | undefined,
  ) {
    return this.loginUser.run(context, credentials, device, proof);
  }

  @Runs(Refresh)
  @Post('refresh')
  @ApiOperation({ operationId: 'refresh', summary: 'The next pair of tokens' })
  @Answers(TokensView)
  refresh(
    @RequestContext() context: Context,
    @FromBody(RefreshInput) token: InputOf<typeof RefreshInput>,
    @PresentedProof() proof: Presented | undefined,
  ) {
    return this.refreshTokens.run(context, token, proof);
  }

  @Runs(Logout)
  @Post('logout')
  @HttpCode(204)
  @ApiOperation({ operationId: 'logout', summary: 'Log out' })
  async logout(@RequestContext() context: Context, @FromBody(RefreshInput) token: InputOf<typeof RefreshInput>) {
    await this.logoutUser.run(context, token);
  }
}
