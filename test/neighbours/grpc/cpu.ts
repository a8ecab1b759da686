import { orders } from '#libs/contracts';
import { allClients } from './clients.ts';

// Prints what a call costs each client in CPU time of this process, in microseconds: node cpu.ts HOST:PORT ROUNDS

const BATCHES = 40;
/** Calls at once. */
const BATCH = 10;

const [address, rounds] = [process.argv[2]!, Number(process.argv[3])];
const clients = allClients(address);
const { batchGetOrders } = orders.OrdersServiceService;

/** The cost of one of many calls, in microseconds. */
async function measured(client: (typeof clients)[number]): Promise<number> {
  const before = process.cpuUsage();
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const calls = Array.from({ length: BATCH }, (_, index) =>
      client.unary(batchGetOrders, { ids: [`o${batch}-${index}`] }),
    );
    await Promise.all(calls);
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (BATCHES * BATCH);
}

const costs = new Map(clients.map((client) => [client, [] as number[]]));
for (const client of clients) for (let warmUp = 0; warmUp < 3; warmUp += 1) await measured(client);
for (let round = 0; round < rounds; round += 1)
  for (const client of clients) costs.get(client)!.push(await measured(client));
await Promise.all(clients.map((client) => client.close()));

const median = (values: number[]): number => values.sort((one, other) => one - other)[values.length >> 1]!;
const medians = [...costs].map(([{ name }, values]) => [name, median(values)]);
process.stdout.write(`${JSON.stringify({ calls: BATCHES * BATCH * rounds, ...Object.fromEntries(medians) })}\n`);
