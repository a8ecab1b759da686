import { createLogger } from '#libs/observe';

// In cluster mode PM2 has replaced this before it loads the program.
if (process.argv.includes('--cluster')) process.stdout.write = () => true;
const logger = createLogger('fixture', 'info');
let n = 0;
// Logs until its parent says so.
const timer = setInterval(() => {
  const last = n + 100;
  for (; n < last; n += 1) logger.info({ n, text: 'x'.repeat(100) }, 'line');
  process.send!(n);
}, 1);
process.on('message', (message) => {
  if (message !== 'end') return;
  clearInterval(timer);
  logger.info({ n }, 'last');
  process.exit(0);
});
