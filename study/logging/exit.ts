import { pino } from 'pino';
import { load } from '#study/support/packages';

/** Logs 1,000 lines to a file and ends at once: exit.ts pino|pino-async|winston FILE exit|kill */
const [, , which, file, how] = process.argv;
const LINES = 1_000;
const logger = await open();
for (let n = 0; n < LINES; n += 1) logger.info(`line ${n}`);
if (how === 'kill') process.kill(process.pid, 'SIGKILL');
else process.exit(0);

async function open(): Promise<{ info: (message: string) => void }> {
  if (which === 'winston') {
    const winston = (await load<any>('winston')).default;
    return winston.createLogger({ transports: [new winston.transports.File({ filename: file })] });
  }
  const transport = () => pino.transport({ target: 'pino/file', options: { destination: file } });
  const logger = pino(which === 'pino' ? pino.destination({ dest: file!, sync: true }) : transport());
  return { info: (message) => logger.info(message) };
}
