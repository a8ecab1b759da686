import type { NeighbourProgram } from '#test/support/neighbours/programs';
import * as programs from './programs.ts';

/** A client of server-sent events, as a program that follows a stream and prints what happens as lines of JSON. */
export interface StreamClient {
  name: string;
  program: NeighbourProgram;
  /** The command, which ends with a file in `front-ends`. */
  command: readonly [string, ...string[]];
  /** The statuses of refusals after which it retries by itself: 204 says that no more events follow. */
  retriesAt: readonly number[];
}

const client = (
  program: NeighbourProgram,
  retriesAt: readonly number[],
  ...command: [string, ...string[]]
): StreamClient => ({ name: program.name, program, command, retriesAt });

/** A plain reader, in a loop that retries at 503 alone. */
const reader = (program: NeighbourProgram, ...command: [string, ...string[]]) =>
  client(program, [503], ...command);

const { execPath } = process;

export const STREAM_CLIENTS: readonly StreamClient[] = [
  client(programs.eventsource, [], execPath, 'eventsource.js'),
  // It takes answers of any status but 204 for streams that have ended.
  client(programs.eventsourceClient, [401, 403, 429, 503], execPath, 'eventsource-client.js'),
  client(programs.launchDarkly, [503], execPath, 'launchdarkly-eventsource.js'),
  // A refusal of its first request is an error of the call; of later ones it takes none as final.
  client(programs.goEventsource, [204], 'go', 'run', 'eventsource.go'),
  reader(programs.netHttp, 'go', 'run', 'reader.go'),
  reader(programs.ruby, 'ruby', 'reader.rb'),
  reader(programs.java, 'java', 'Reader.java'),
  reader(programs.aiohttp, programs.PYTHON, 'reader.py'),
  reader(programs.curl, 'sh', 'reader.sh'),
];
