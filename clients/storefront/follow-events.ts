import { networkAnswered, networkFailed, onReturn, request } from './network.ts';

/** How long to wait before a stream that was refused is opened again, in milliseconds. */
const REOPEN_MS = 2_000;
/** Ends after which the next stream goes on at once. */
const RECONNECTS = ['expired', 'operator'];

/** What is called for the events of a stream, and when it opens and breaks. */
export interface Listeners {
  /** An event, by its name, with its data. */
  on: Record<string, (data: never) => void>;
  /** The stream is open; `isResumed` if it goes on after the last event. */
  onOpen(isResumed: boolean): void;
  /** The stream is lost, and is opened again by itself. */
  onLost(): void;
}

/**
 * Follows a stream of events for as long as its page is seen. A hidden page closes it, and resumes after the last event:
 * over HTTP/1.1 a browser has six connections for all its tabs, and the seventh stream would stop the whole shop.
 */
export function followEvents(path: string, { on, onOpen, onLost }: Listeners): void {
  let source: EventSource | undefined;
  let lastId = '';
  let isOver = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  let cancelRetry = () => {};

  /** The address of the next stream. */
  const next = () => (lastId ? `${path}?lastEventId=${encodeURIComponent(lastId)}` : path);
  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(again);
    cancelRetry();
  };
  const open = () => {
    close();
    if (isOver || document.visibilityState === 'hidden') return;
    const opened = (source = new EventSource(next()));
    opened.addEventListener('open', () => {
      // The browser has opened it again by itself: it is not to be closed for another one.
      cancelRetry();
      networkAnswered();
      onOpen(lastId !== '');
    });
    opened.addEventListener('error', () => {
      onLost();
      if (opened.readyState === EventSource.CLOSED) {
        again = setTimeout(() => void reopen(opened), REOPEN_MS);
        return;
      }
      networkFailed();
      // A browser waits longer before each try: it need not where the network is known to be there.
      cancelRetry = onReturn(open);
    });
    opened.addEventListener('end', ({ data }) => {
      const { reason } = JSON.parse(data as string) as { reason: string };
      isOver = reason === 'complete';
      // After others the browser opens it again a moment later, and is refused if the session has ended.
      if (isOver || RECONNECTS.includes(reason)) open();
    });
    for (const [name, act] of Object.entries(on))
      opened.addEventListener(name, (event) => {
        if (event.lastEventId) lastId = event.lastEventId;
        act(JSON.parse(event.data as string) as never);
      });
  };
  /** Opens a refused stream again, unless the session or the stream has ended. */
  const reopen = async (refused: EventSource) => {
    const status = await statusOf(next());
    if (source !== refused) return;
    if (status === 401) return location.reload();
    isOver = status === 204;
    open();
  };
  document.addEventListener('visibilitychange', open);
  // A page in the cache of the back button must not hold a connection.
  addEventListener('pagehide', close);
  addEventListener('pageshow', ({ persisted }) => persisted && open());
  open();
}

/** The status of a stream, which an EventSource does not have; undefined without an answer. HEAD opens none. */
async function statusOf(path: string): Promise<number | undefined> {
  const answer = await request(path, { method: 'HEAD', headers: { accept: 'text/event-stream' } }).catch(
    () => undefined,
  );
  return answer?.status;
}
