import { setTimeout as passed } from 'node:timers/promises';
import { Readable } from 'node:stream';
import type { AssistantApi } from '#libs/contracts';
import { Checked } from '#libs/service';
import { Body, Controller, HttpCode, Post, StreamableFile } from '@nestjs/common';
import { answerTo } from './answer.ts';
import { type ChatRequest, chatRequest } from './chat-request.ts';
import { Completion } from './completion.ts';

/** Settings of the generation speed. */
export class Pace {
  /** @param tokenMs the time to generate a token, in milliseconds */
  constructor(readonly tokenMs: number) {}
}

/** Answers questions. */
@Controller('v1/chat/completions')
export class ChatController {
  constructor(private readonly pace: Pace) {}

  @Post()
  @HttpCode(200)
  create(@Body(new Checked(chatRequest)) request: ChatRequest): AssistantApi['ChatCompletion'] | StreamableFile {
    const completion = new Completion(request.model, request.messages, answerTo(request.messages));
    if (!request.stream) return completion.whole();
    const events = this.spoken(completion.chunks(request.stream_options.include_usage));
    // Tokens are generated on demand, and not after the client has disconnected.
    return new StreamableFile(Readable.from(events), { type: 'text/event-stream; charset=utf-8' });
  }

  private async *spoken(chunks: Iterable<AssistantApi['ChatChunk']>): AsyncGenerator<string> {
    for (const chunk of chunks) {
      await passed(this.pace.tokenMs);
      yield `data: ${JSON.stringify(chunk)}\n\n`;
    }
    yield 'data: [DONE]\n\n';
  }
}
