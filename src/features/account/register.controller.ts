import { Answers } from '#gateway/declare/answers';
import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { Runs } from '#gateway/declare/runs';
import { Uncompressed } from '#gateway/declare/uncompressed';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Register, RegisterInput } from './register.ts';
import { UserView } from './user.view.ts';

@ApiTags('auth')
@Uncompressed()
@Controller('auth')
export class RegisterController {
  constructor(private readonly registerUser: Register) {}

  @Runs(Register)
  @Post('register')
  @ApiOperation({ operationId: 'register', summary: 'Register a customer' })
  @Answers(UserView, { createdAt: () => '/v1/me' })
  register(@RequestContext() context: Context, @FromBody(RegisterInput) user: InputOf<typeof RegisterInput>) {
    return this.registerUser.run(context, user);
  }
}
