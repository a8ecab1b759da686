import { createLogger } from '#libs/observe';

// Pipes do not block any more then.
if (process.argv[2] === 'non-blocking') void process.stdout;

// Logs more than anybody reads, and ends when its parent says so.
const logger = createLogger('fixture', 'info');
process.on('message', () => process.exit(0));
const lines = Number(process.argv[3] ?? 20_000);
for (let n = 0; n < lines; n += 1) logger.info({ n, text: 'x'.repeat(100) }, 'line');
setTimeout(() => process.send!('logged'), 200);
