import { Scopes } from '#gateway/declare/access';
import { RoutePriority } from '#gateway/declare/priority';
import { Runs } from '#gateway/declare/runs';
import { Limiter } from '#gateway/edge/limits/limiter';
import { reservation } from '#gateway/edge/limits/reservation';
import { shopMessages } from '#gateway/features/messages/messages';
import { Field, FormNotice } from '#gateway/transports/html/field.tsx';
import { Page, PageForm } from '#gateway/transports/html/page';
import { PageResponder } from '#gateway/transports/html/page-responder';
import { type FormProblems, Submitted, type SubmittedForm } from '#gateway/transports/html/submitted-form';
import { PageVisit, type Visit } from '#gateway/transports/html/visit';
import type { Html, HtmlValue } from '#libs/html';
import { body } from '#libs/view';
import { Controller, Get, Post, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { z } from 'zod';
import { AskAssistant } from './ask-assistant.ts';
import type { AssistantAnswer } from './assistant-answer.ts';

const MAX_LENGTH = 4_000;
/** A question to the assistant. */
const QuestionForm = body('QuestionForm', { question: z.string().trim().min(1).max(MAX_LENGTH) });

/** The assistant: the answer is part of the page, and arrives word by word. */
@ApiExcludeController()
@Controller({ path: 'shop/assistant', version: VERSION_NEUTRAL })
export class AssistantPage {
  constructor(
    private readonly askAssistant: AskAssistant,
    private readonly limiter: Limiter,
    private readonly pages: PageResponder,
  ) {}

  @Scopes('orders:read')
  @Page()
  @Get()
  form(@PageVisit() visit: Visit) {
    return this.show(visit);
  }

  @Runs(AskAssistant)
  @RoutePriority('background')
  @PageForm()
  @Post()
  async answer(
    @PageVisit() visit: Visit,
    @Submitted(QuestionForm, 'question') form: SubmittedForm<typeof QuestionForm>,
  ) {
    if (form.wrong) return this.show(visit, form.wrong);
    const { context, reply } = visit;
    const { question } = form.values;
    const answer = await this.askAssistant.run(context, [{ role: 'user', content: question }]);
    void reply.status(200);
    return this.pages.flow(visit, {
      ...head(visit),
      lead: questionForm(visit, { question }),
      content: this.words(visit, answer),
      broken: <p class="notice bad">{shopMessages[visit.language].assistant.brokeOff}</p>,
    });
  }

  private show(visit: Visit, wrong?: FormProblems) {
    return this.pages.whole(visit, { ...head(visit), content: questionForm(visit, { wrong }) });
  }

  private async *words(visit: Visit, answer: AssistantAnswer): AsyncGenerator<HtmlValue> {
    const { context, language, reply } = visit;
    const t = shopMessages[language].assistant;
    reply.raw.once('close', () => answer.close());
    try {
      yield <h2>{t.answer}</h2>;
      for await (const { type, data } of answer)
        yield type === 'degraded' ? <p class="notice">{t.incomplete}</p> : data.text;
    } finally {
      answer.close();
      this.limiter.settle(reservation.of(context), answer.cost);
    }
  }
}

const head = ({ language }: Visit) => ({ name: 'assistant', title: shopMessages[language].assistant.title });

function questionForm(visit: Visit, { question, wrong }: { question?: string; wrong?: FormProblems }): Html {
  const t = shopMessages[visit.language].assistant;
  return (
    <form method="post" action="/shop/assistant" class="form" data-assistant data-failed={t.brokeOff}>
      <p>{t.lead}</p>
      <input type="hidden" name="csrf" value={visit.formToken} />
      <FormNotice language={visit.language} wrong={wrong} />
      <Field
        name="question"
        label={t.question}
        wrong={wrong}
        value={question}
        rows="3"
        maxlength={MAX_LENGTH}
        required
      />
      <p class="actions">
        <button>{t.submit}</button>
        <button type="button" class="plain" data-stop hidden>
          {t.stop}
        </button>
      </p>
      <p class="notice" data-degraded hidden>
        {t.incomplete}
      </p>
      <output data-answer class="answer" for="question" />
    </form>
  );
}
