/** npm passes the terminal's Ctrl-C on to its script, which has had it already: that is one request, not two. */
const SAME_REQUEST_MS = 500;

/** Calls `stop` at the first SIGINT, SIGTERM or SIGHUP, and `stopNow` at one that comes after it. */
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

/** npm that was killed cannot pass a signal on: its script then has another parent, which only asking can tell. */
export function onEndOfNpm(stop: () => void): void {
  if (!process.env.npm_lifecycle_event) return;
  const npm = process.ppid;
  const pending = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(pending);
    stop();
  }, 500).unref();
}
