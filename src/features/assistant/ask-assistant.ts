import { Scopes } from '#gateway/declare/access';
import { Limited } from '#gateway/declare/limited';
import { Assistant } from '#gateway/upstreams/assistant/assistant.port';
import { Orders } from '#gateway/upstreams/orders/orders.port';
import { Products } from '#gateway/upstreams/products/products.port';
import { gather, reasonOf } from '#libs/gather';
import type { Context, Degraded } from '#libs/upstream';
import { Injectable } from '@nestjs/common';
import { AssistantAnswer } from './assistant-answer.ts';
import type { Conversation } from './chat-input.ts';
import { factsFor } from './shop-facts.ts';

const INSTRUCTIONS =
  'You answer customers of a shop, in a few sentences and plain text. Say nothing of the shop that is not among these ' +
  'facts; what is null cannot be seen at the moment. Facts, as JSON: ';

/** The most an answer costs, in units of the limiter: reserved first, the unused part is refunded. */
const MAX_COST = 20;

/** Asks the assistant about orders and products. */
@Scopes('orders:read')
@Limited({ cost: MAX_COST })
@Injectable()
export class AskAssistant {
  constructor(
    private readonly assistant: Assistant,
    private readonly orders: Orders,
    private readonly products: Products,
  ) {}

  /**
   * Streams the answer to the last message. The prompt has the caller's orders and matching products; both are optional, and the
   * first event names the missing ones.
   * @throws {GatewayError} UPSTREAM_* if the answer cannot start
   */
  async run(context: Context, messages: Conversation): Promise<AssistantAnswer> {
    const { degraded, ...facts } = await this.facts(context, messages.at(-1)!.content);
    const systemMessage = { role: 'system', content: INSTRUCTIONS + JSON.stringify(facts) } as const;
    return new AssistantAnswer(
      await this.assistant.answer(context, [systemMessage, ...messages]),
      degraded,
      MAX_COST,
    );
  }

  private facts(context: Context, question: string) {
    const facts = gather(context, factsFor(question, this.orders, this.products));
    return facts.catch((error: unknown) => {
      const reason = reasonOf(error);
      if (!reason) throw error;
      const degraded = ['orders', 'products'].map((part): Degraded => ({ part, reason }));
      return { orders: null, products: null, degraded };
    });
  }
}
