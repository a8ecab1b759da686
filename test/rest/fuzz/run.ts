import { readOptions, refuseUsage } from '#tools/launcher/read-options';
import { fuzz } from './fuzz.ts';

const HELP = `Sends random requests to a gateway with its services, and prints those that are not answered as openapi.json says.

  npm run fuzz:rest -- [--requests 10000] [--seed 1]

  --requests  how many; 1,000 take some four seconds
  --seed      the same one makes the same requests
`;

const { values } = readOptions(HELP, {
  options: { requests: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const [requests, seed] = [Number(values.requests), Number(values.seed)];
if (![requests, seed].every((number) => Number.isSafeInteger(number) && number > 0))
  refuseUsage(HELP, '--requests and --seed must be whole numbers above 0.');

const EVERY = 1_000;
const { wrong, reached, logged } = await fuzz(seed, requests, (sent) => {
  if (sent % EVERY === 0) process.stderr.write(`${sent} of ${requests} requests\n`);
});
for (const { faults, request, answer } of wrong) {
  const { operation, caller, path, odd } = request;
  const found = {
    faults,
    caller,
    request: `${operation.method} ${path}`,
    odd,
    status: answer.status,
    body: answer.text.slice(0, 500),
  };
  process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
}
for (const line of logged) process.stdout.write(`${JSON.stringify(line)}\n`);
process.stdout.write(
  `${requests} requests of the seed ${seed}: ${wrong.length} answered wrong, ${reached.size} operations reached\n`,
);
process.exitCode = wrong.length || logged.length ? 1 : 0;
