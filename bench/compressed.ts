import { Pool } from 'undici';
import { median } from './goals.ts';
import { preciseCpuMicrosOf } from './proc.ts';
import { micros, type Section, times } from './section.ts';
import type { AtriumServer } from './servers.ts';

const CODINGS = ['as it is', 'zstd', 'br', 'gzip'] as const;
const GOAL = { bytes: 0.3, cpu: 1.1 };
const CALLERS = 32;
const CONNECTIONS = 16;
/** Short turns, and many: what the machine does meanwhile, it does to all. */
const REQUESTS = 300;
const ROUNDS = 120;
const WARM_ROUNDS = 20;
/** What a busy machine may spoil. */
const MAX_FAILED = 0.01;

/** The warm home page in each coding: its bytes, and the CPU time of a request beside that without a coding. */
export async function compressed(server: AtriumServer): Promise<Section> {
  const pool = new Pool(server.url, { connections: CONNECTIONS, pipelining: 1 });
  const callers = Array.from({ length: CALLERS }, (_, n) => server.bearer(n));
  const cpu = new Map<string, number[]>(CODINGS.map((coding) => [coding, []]));
  const bytes = new Map<string, number>();
  let [requested, failed] = [0, 0];

  const send = async (coding: string) => {
    const accepted = coding === 'as it is' ? 'identity' : coding;
    const headers = { ...callers[requested++ % CALLERS], 'accept-encoding': accepted };
    const answer = await pool.request({ path: '/v1/home', method: 'GET', headers });
    const { byteLength } = await answer.body.arrayBuffer();
    const isRight = answer.statusCode === 200 && (answer.headers['content-encoding'] ?? 'identity') === accepted;
    if (isRight) bytes.set(coding, byteLength);
    else failed += 1;
  };
  const turn = async (coding: string): Promise<number> => {
    const before = preciseCpuMicrosOf(server.pid);
    let left = REQUESTS;
    const visitor = async () => {
      while (left-- > 0) await send(coding);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, visitor));
    return (preciseCpuMicrosOf(server.pid) - before) / REQUESTS;
  };

  for (let round = -WARM_ROUNDS; round < ROUNDS; round += 1) {
    for (const place of CODINGS.keys()) {
      // Another one is first in each round.
      const coding = CODINGS[(place + round + WARM_ROUNDS) % CODINGS.length]!;
      const spent = await turn(coding);
      if (round >= 0) cpu.get(coding)!.push(spent);
    }
  }
  await pool.close();
  if (failed > requested * MAX_FAILED)
    throw new Error(`${failed} of ${requested} answers were not what was asked for`);
  return sectionOf(bytes, cpu);
}

function sectionOf(bytes: ReadonlyMap<string, number>, cpu: ReadonlyMap<string, number[]>): Section {
  const [plain] = CODINGS;
  const missed: string[] = [];
  const rows = CODINGS.map((coding) => {
    const share = bytes.get(coding)! / bytes.get(plain)!;
    const ratio = median(cpu.get(coding)!.map((spent, round) => spent / cpu.get(plain)![round]!));
    if (coding !== plain && share > GOAL.bytes) missed.push(`home in ${coding}: ${times(share)} the bytes`);
    if (coding === 'zstd' && ratio > GOAL.cpu) missed.push(`home in ${coding}: ${times(ratio)} the CPU`);
    return [coding, `${bytes.get(coding)}`, times(share), micros(median(cpu.get(coding)!)), times(ratio)];
  });
  const title = `The warm home page, packed, goals ${times(GOAL.bytes)} the bytes and ${times(GOAL.cpu)} the CPU for zstd`;
  return { title, head: ['', 'bytes', ': as it is', 'CPU', ': as it is'], rows, missed };
}
