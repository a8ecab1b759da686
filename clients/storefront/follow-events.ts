import { networkAnswered, networkFailed, onReturn } from './network.ts';

/** How long to wait before a stream that was refused is opened again, in milliseconds. */
const REOPEN_MS = 2_000;
/** Ends after which nothing more can come, or only to somebody who logs in. */
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

  const close = () => {
    source?.close();
    source = undefined;
    clearTimeout(again);
    cancelRetry();
  };
  const open = () => {
    close();
    if (isOver || document.visibilityState === 'hidden') return;
    const opened = (source = new EventSource(lastId ? `${path}?lastEventId=${encodeURIComponent(lastId)}` : path));
    opened.addEventListener('open', () => {
      // The browser has opened it again by itself: it is not to be closed for another one.
      cancelRetry();
      networkAnswered();
      onOpen(lastId !== '');
    });
    opened.addEventListener('error', () => {
      onLost();
      if (opened.readyState === EventSource.CLOSED) again = setTimeout(open, REOPEN_MS);
      else networkFailed();
      // A browser waits longer before each try: it need not where the network is known to be there.
      cancelRetry = onReturn(open);
    });
    opened.addEventListener('end', ({ data }) => {
      const { reason } = JSON.parse(data as string) as { reason: string };
      isOver = !RECONNECTS.includes(reason);
      open();
    });
    for (const [name, act] of Object.entries(on))
      opened.addEventListener(name, (event) => {
        if (event.lastEventId) lastId = event.lastEventId;
        act(JSON.parse(event.data as string) as never);
      });
  };
  document.addEventListener('visibilitychange', open);
  // A page in the cache of the back button must not hold a connection.
  addEventListener('pagehide', close);
  addEventListener('pageshow', ({ persisted }) => persisted && open());
  open();
}
