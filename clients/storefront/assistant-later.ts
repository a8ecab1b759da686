import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { PageScript } from './site.ts';

/** A chunk of an answer, as of the chat completions API. */
interface Chunk {
  choices: { delta: { content?: string } }[];
}

/** Shows an answer word by word as the assistant gives it; another question ends the one before. */
export function start(form: HTMLFormElement, { networkAnswered, request, setText }: PageScript): void {
  const output = form.querySelector<HTMLElement>('[data-answer]')!;
  const field = form.elements.namedItem('question') as HTMLTextAreaElement;
  const stop = form.querySelector<HTMLButtonElement>('[data-stop]');
  const degraded = form.querySelector<HTMLElement>('[data-degraded]');
  let running = new AbortController();

  const answer = async (question: string) => {
    running.abort();
    const { signal } = (running = new AbortController());
    setText(output, '');
    output.setAttribute('aria-busy', 'true');
    toggle(stop, true);
    toggle(degraded, false);
    try {
      for await (const { event, data } of await requestAnswer(request, question, signal)) {
        networkAnswered();
        if (data === '[DONE]') return;
        if (event === 'error') throw new Error(data);
        if (event === 'degraded') toggle(degraded, true);
        else output.append((JSON.parse(data) as Chunk).choices[0]?.delta.content ?? '');
      }
      throw new Error('It broke off.');
    } catch {
      if (!signal.aborted) setText(output, form.dataset['failed']);
    } finally {
      if (running.signal === signal) {
        output.removeAttribute('aria-busy');
        toggle(stop, false);
      }
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const question = field.value.trim();
    if (question) void answer(question);
  });
  stop?.addEventListener('click', () => running.abort());
}

/** @throws {Error} if it is refused */
async function requestAnswer(request: PageScript['request'], question: string, signal: AbortSignal) {
  const answer = await request('/v1/assistant/chat', {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ messages: [{ role: 'user', content: question }] }),
  });
  if (!answer.ok || !answer.body) throw new Error(`${answer.status}`);
  return eventsOf(answer.body);
}

/** Safari has no asynchronous iteration of streams. */
async function* eventsOf(body: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

function toggle(element: HTMLElement | null, isVisible: boolean): void {
  if (element) element.hidden = !isVisible;
}
