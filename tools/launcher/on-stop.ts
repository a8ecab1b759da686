/** npm forwards Ctrl-C to its script, which the terminal has already signalled: both count as one request. */
const SAME_REQUEST_MS = 500;

/** Calls `stop` at the first SIGINT, SIGTERM or SIGHUP, and `stopNow` at a later one. */
export function onStop(stop: () => void, stopNow: () => void): void {
  let stopRequestedAt: number | undefined;
  const requestStop = (): void => {
    if (stopRequestedAt === undefined) {
      stopRequestedAt = performance.now();
      stop();
    } else if (performance.now() - stopRequestedAt > SAME_REQUEST_MS) {
      stopNow();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, requestStop);
}

/** A killed npm cannot forward a signal: its script then has another parent, which must be polled. */
export function onEndOfNpm(stop: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  const pending = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(pending);
    stop();
  }, 500).unref();
}
