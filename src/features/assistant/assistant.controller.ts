import { FromBody } from '#gateway/declare/question';
import { RequestContext } from '#gateway/declare/request-context';
import { RoutePriority } from '#gateway/declare/priority';
import { Runs } from '#gateway/declare/runs';
import { Tag } from '#gateway/declare/tag';
import { AnswersEvents } from '#gateway/transports/sse/streams';
import { StreamPipe } from '#gateway/transports/sse/stream-pipe';
import type { Context } from '#libs/upstream';
import type { InputOf } from '#libs/view';
import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AskAssistant } from './ask-assistant.ts';
import { CHAT_EVENTS } from './chat-events.ts';
import { chatFrames } from './chat-frames.ts';
import { ChatBody } from './chat-input.ts';

@Tag('assistant', 'Questions about orders and products.')
@Controller('assistant')
export class AssistantController {
  constructor(
    private readonly assistant: AskAssistant,
    private readonly pipe: StreamPipe,
  ) {}

  @Runs(AskAssistant)
  @RoutePriority('background')
  @Post('chat')
  @HttpCode(200)
  @ApiOperation({ operationId: 'askAssistant', summary: 'Ask about orders and products' })
  @AnswersEvents(
    'Chunks of the answer (`choices[0].delta.content`), then `[DONE]`; `degraded` names facts missing from the prompt; `error` if the answer fails midway.',
    CHAT_EVENTS,
  )
  async chat(
    @RequestContext() context: Context,
    @FromBody(ChatBody) { messages }: InputOf<typeof ChatBody>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.pipe.answer(request, reply, await this.assistant.run(context, messages), chatFrames);
  }
}
