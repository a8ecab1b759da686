import { watchEventLoop } from '#libs/process';

// A process for event-loop-watch.spec.ts: it ends by itself at the first block that its watch reports.
const report = () => process.exit(0);
watchEventLoop(100, report, (error) => {
  throw error;
});
setInterval(() => {
  const until = performance.now() + 400;
  while (performance.now() < until);
}, 500);
