// The page of streams: opens one with the session of the browser, and lists its events as they arrive.
import { createParser } from 'eventsource-parser';

const MAX_ROWS = 200;
const list = document.getElementById('events')!;
const state = document.getElementById('state')!;
let open = new AbortController();

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-path]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void watch(form);
  });
}
document.getElementById('stop')!.addEventListener('click', () => open.abort());

async function watch(form: HTMLFormElement): Promise<void> {
  open.abort();
  const { signal } = (open = new AbortController());
  const path = form.dataset['path']!.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const field = form.elements.namedItem(name) as HTMLInputElement;
    return encodeURIComponent(field.value);
  });
  list.replaceChildren();
  state.textContent = `Opening ${path}`;
  try {
    const answer = await fetch(path, { signal, headers: { 'X-CSRF': '1', accept: 'text/event-stream' } });
    if (!answer.ok || !answer.body) {
      const problem = (await answer.json()) as { title?: string; detail?: string };
      state.textContent = `${answer.status} ${problem.title ?? ''}. ${problem.detail ?? ''}`;
      return;
    }
    state.textContent = `Watching ${path}`;
    const parser = createParser({ onEvent: ({ id, event, data }) => add(id, event ?? 'message', data) });
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(value);
    }
    state.textContent = `${path} has ended.`;
  } catch (error) {
    if (!signal.aborted) state.textContent = `${path} broke: ${(error as Error).message}`;
    else if (open.signal === signal) state.textContent = `Stopped watching ${path}.`;
  }
}

function add(id: string | undefined, name: string, data: string): void {
  const row = document.createElement('p');
  const strong = document.createElement('strong');
  const code = document.createElement('code');
  strong.textContent = name;
  code.textContent = data;
  row.append(strong, id === undefined ? ' ' : ` ${id} `, code);
  list.append(row);
  while (list.childElementCount > MAX_ROWS) list.firstElementChild!.remove();
}
