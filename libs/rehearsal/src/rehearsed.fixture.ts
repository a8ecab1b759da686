import { resolve } from 'node:path';
import type { MethodFigures } from './figures.ts';
import type { Recording } from './recording.ts';
import { rehearse } from './rehearse.ts';
import { REQUEST_TIMEOUT_MS, type Settings, settingsOf } from './traffic.fixture.ts';

/** Node's options for a thread from the sources. */
const FROM_SOURCE = ['-C', 'atrium', '--no-warnings', '--import', resolve('tools/swc-register.mjs')];

/** Policies that do nothing but time out. */
export const plain = { retry: { maxTries: 1 }, hedge: { mode: 'off' }, breaker: { mode: 'off' } } as const;

/** The figures of the only method of a recording, rehearsed with these settings of its service. */
export async function rehearsed(recording: Recording, settings: Settings): Promise<MethodFigures> {
  const candidate = { settings: settingsOf(settings), requestTimeoutMs: REQUEST_TIMEOUT_MS };
  const [figures] = await rehearse(recording, candidate, FROM_SOURCE);
  return figures!;
}
