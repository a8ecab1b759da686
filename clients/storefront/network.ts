import { find } from './elements.ts';

/** How often a lost network is tried again, in milliseconds. */
const PROBE_MS = 3_000;

let timer: ReturnType<typeof setInterval> | undefined;
const waiting = new Set<() => void>();

/** Shows the notice of the page while the network is lost. */
export function watchNetwork(): void {
  addEventListener('offline', networkFailed);
  addEventListener('online', () => void probe());
  if (!navigator.onLine) networkFailed();
}

/** Notes that a request has got no answer. */
export function networkFailed(): void {
  show(true);
  timer ??= setInterval(() => void probe(), PROBE_MS);
}

/** Notes that an answer has arrived. */
export function networkAnswered(): void {
  clearInterval(timer);
  timer = undefined;
  show(false);
  for (const act of Array.from(waiting)) {
    waiting.delete(act);
    act();
  }
}

/** Runs once, when the network is there again. @returns a function that calls it off */
export function onReturn(act: () => void): () => void {
  waiting.add(act);
  return () => void waiting.delete(act);
}

/** A request with the cookie of the browser, which other sites cannot send. @throws {TypeError} if it gets no answer */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  try {
    const answer = await fetch(path, { ...init, headers: { ...init.headers, 'X-CSRF': '1' } });
    networkAnswered();
    return answer;
  } catch (error) {
    if (!init.signal?.aborted) networkFailed();
    throw error;
  }
}

/** Asks for a small file. `navigator.onLine` does not know whether the gateway can be reached. */
async function probe(): Promise<void> {
  try {
    await fetch(import.meta.url, { method: 'HEAD', cache: 'no-store' });
    networkAnswered();
  } catch {
    networkFailed();
  }
}

function show(isLost: boolean): void {
  const notice = find('[data-offline]');
  if (notice) notice.hidden = !isLost;
}
