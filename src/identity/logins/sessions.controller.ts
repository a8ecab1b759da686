import { Uncompressed } from '#gateway/declare/uncompressed';
import { Runs } from '#gateway/declare/runs';
import { Answers } from '#gateway/declare/answers';
import { FromBody, FromQuery } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangePassword, ChangePasswordInput } from './change-password.ts';
import { EndSession } from './end-session.ts';
import { ListSessions, ListSessionsQuestion } from './list-sessions.ts';
import { LogoutAll } from './logout-all.ts';
import { SessionListView } from './session-list.view.ts';

/** The sessions and the password of the caller. */
@ApiTags('auth')
@Uncompressed()
@Controller('auth')
export class SessionsController {
  constructor(
    private readonly listSessions: ListSessions,
    private readonly endSession: EndSession,
    private readonly logoutAll: LogoutAll,
    private readonly changePassword: ChangePassword,
  ) {}

  @Runs(ListSessions)
  @Get('sessions')
  @ApiOperation({ operationId: 'listSessions', summary: "The caller's sessions, newest first" })
  @Answers(SessionListView)
  list(
    @RequestContext() context: Context,
    @FromQuery(ListSessionsQuestion) question: InputOf<typeof ListSessionsQuestion>,
  ) {
    return this.listSessions.run(context, question);
  }

  @Runs(EndSession)
  @Delete('sessions/:id')
  @HttpCode(204)
  @ApiOperation({ operationId: 'endSession', summary: "End one of the caller's sessions" })
  end(@RequestContext() context: Context, @Param('id') id: string) {
    return this.endSession.run(context, id);
  }

  @Runs(LogoutAll)
  @Post('logout-all')
  @HttpCode(204)
  @ApiOperation({ operationId: 'logoutAll', summary: 'Log out everywhere' })
  everywhere(@RequestContext() context: Context) {
    return this.logoutAll.run(context);
  }

  @Runs(ChangePassword)
  @Post('password')
  @HttpCode(204)
  @ApiOperation({ operationId: 'changePassword', summary: "Change the caller's password" })
  change(
    @RequestContext() context: Context,
    @FromBody(ChangePasswordInput) passwords: InputOf<typeof ChangePasswordInput>,
  ) {
    return this.changePassword.run(context, passwords);
  }
}
