import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Profile } from './profile.ts';

/** How many elements of a list are written at once: about a millisecond of work. */
const BATCH = 2_000;

/**
 * The JSON text of a profile in parts. Requests go on between them: a profile has megabytes, and one call of
 * `JSON.stringify` would hold the event loop for all of it.
 */
export async function* profileJson(finished: Profile | Promise<Profile>): AsyncGenerator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(await finished)) {
    yield `${before}${JSON.stringify(name)}:`;
    before = ',';
    if (Array.isArray(value)) yield* listJson(value);
    else yield JSON.stringify(value);
  }
  yield '}';
}

async function* listJson(list: readonly unknown[]): AsyncGenerator<string> {
  yield '[';
  for (let from = 0; from < list.length; from += BATCH) {
    if (from) await nextTurn();
    const text = JSON.stringify(list.slice(from, from + BATCH));
    yield `${from ? ',' : ''}${text.slice(1, -1)}`;
  }
  yield ']';
}

/** Encodes parts of a text in base64, as parts that can be joined. */
export async function* inBase64(parts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const part of parts) {
    const bytes = Buffer.concat([rest, Buffer.from(part)]);
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield rest.toString('base64');
}
