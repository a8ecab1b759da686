import type { AssistantApi } from '#libs/contracts';
import { GatewayError } from '#libs/errors';
import { type AnswerStream, type Context, type RestClient, translated } from '#libs/upstream';
import { Assistant, type AssistantMessage, type Piece } from './assistant.port.ts';

/** The assistant over the chat completions API of `libs/contracts/openapi/assistant.json`, which many providers implement. */
export class AssistantRest extends Assistant {
  private readonly complete;

  /** @param model the name of the provider's model */
  constructor(
    client: RestClient,
    private readonly model: string,
  ) {
    super();
    this.complete = client.stream<AssistantApi['ChatChunk']>('POST', '/v1/chat/completions', '[DONE]');
  }

  async answer(context: Context, messages: readonly AssistantMessage[]): Promise<AnswerStream<Piece>> {
    const body = { model: this.model, messages, stream: true, stream_options: { include_usage: true } };
    return translated(await this.complete(context, { body }), toPiece);
  }
}

function toPiece({ choices, usage, error }: AssistantApi['ChatChunk']): Piece {
  if (error)
    throw new GatewayError('UPSTREAM_UNAVAILABLE', { cause: typeof error === 'string' ? error : error.message });
  const choice = choices?.[0];
  return {
    text: choice?.delta?.content ?? '',
    finishReason: choice?.finish_reason ?? undefined,
    tokens: usage?.total_tokens ?? undefined,
  };
}
