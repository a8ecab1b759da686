import { randomUUID } from 'node:crypto';
import { Runs } from '#gateway/declare/runs';
import { shopMessages } from '#gateway/features/messages/messages';
import { dateTime } from '#gateway/transports/html/format';
import type { Language } from '#gateway/transports/html/language';
import { Field, FormNotice } from '#gateway/transports/html/field.tsx';
import { Page, PageForm } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { type FormProblems, Submitted, type SubmittedForm } from '#gateway/transports/html/submitted-form';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import type { Html } from '#libs/html';
import { body } from '#libs/view';
import { Controller, Get, Param, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { ChatMessage } from './message-log.ts';
import { ReadMessages } from './read-messages.ts';
import { Rooms } from './rooms.ts';
import { SendMessage } from './send-message.ts';
import { MessageBody } from './support-input.ts';

const { text, clientId } = MessageBody.schema.shape;
/** A message; sent twice with one `clientId`, it is one. */
const ChatForm = body('ChatForm', { text, clientId });
/** How many of the newest messages the page has. */
const NEWEST = 50;

/** The support chat of an order: a form and a list, which a script keeps up to date. */
@ApiExcludeController()
@Controller({ path: 'shop/orders/:id/chat', version: VERSION_NEUTRAL })
export class ChatPage {
  constructor(
    private readonly readMessages: ReadMessages,
    private readonly rooms: Rooms,
    private readonly pages: PageResponder,
  ) {}

  @Runs(ReadMessages)
  @Page()
  @Get()
  chat(@PageVisit() visit: Visit, @Param('id') orderId: string) {
    return this.show(visit, orderId);
  }

  @Runs(SendMessage)
  @PageForm()
  @Post()
  async send(
    @PageVisit() visit: Visit,
    @Param('id') orderId: string,
    @Submitted(ChatForm, 'text') form: SubmittedForm<typeof ChatForm>,
  ) {
    if (form.wrong) return this.show(visit, orderId, form.wrong);
    await this.rooms.postByForm(visit.context, { orderId, ...form.values });
    void visit.reply.header('location', `/shop/orders/${encodeURIComponent(orderId)}/chat`);
    return undefined;
  }

  private async show(visit: Visit, orderId: string, wrong?: FormProblems) {
    const { context, language } = visit;
    const t = shopMessages[language].chat;
    const { messages } = await this.readMessages.history(context, { orderId, before: undefined, first: NEWEST });
    const page = `/shop/orders/${encodeURIComponent(orderId)}`;
    return this.pages.whole(visit, {
      name: 'chat',
      title: t.title(orderId),
      content: (
        <section
          class="chat"
          data-chat
          data-order-id={orderId}
          data-member={context.caller.id}
          data-customer={t.customer}
          data-support={t.support}
          data-live={t.live}
          data-lost={t.lost}
          data-failed={t.failed}
          data-unsent={t.unsent}
        >
          <ol class="messages" data-log>
            {messages.map((message) => (
              <Message language={language} message={message} />
            ))}
          </ol>
          {!messages.length && <p class="empty">{t.none}</p>}
          <p class="quiet" data-typing hidden>
            {t.typing}
          </p>
          <form method="post" action={`${page}/chat`} class="form" data-chat-form>
            <input type="hidden" name="csrf" value={visit.formToken} />
            <input type="hidden" name="clientId" value={wrong?.given['clientId'] ?? randomUUID()} />
            <FormNotice language={language} wrong={wrong} />
            <Field name="text" label={t.text} wrong={wrong} rows="3" maxlength={2000} required />
            <button>{t.send}</button>
            <p data-chat-status role="status" />
          </form>
          <p>
            <a href={page}>{t.back}</a>
          </p>
        </section>
      ),
    });
  }
}

const Message = ({
  language,
  message: { id, author, text, sentAt },
}: {
  language: Language;
  message: ChatMessage;
}): Html => (
  <li class={`message ${author}`} data-id={id}>
    <span class="author">{shopMessages[language].chat[author]}</span>{' '}
    <time datetime={sentAt}>{dateTime(language, sentAt)}</time>
    <p>{text}</p>
  </li>
);
