import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeWith } from '#test/support/neighbours/describe-with';
import * as programs from '#test/support/neighbours/programs';
import { grpcio, grpcJs, started, type StartShop } from './servers.ts';

/** A make of gRPC server, and what it does otherwise than others. */
export interface Make {
  make: string;
  start: StartShop;
  /** Whether it pads what it writes in base64. */
  isPadded: boolean;
  hasHealth: boolean;
}

/** Runs a suite against every make of server: grpcio and grpc-js, and in the full set grpc-go. */
export function describeMakes(suite: (make: Make) => void): void {
  describeWith([programs.grpcio], 'a server of grpcio', () =>
    suite({ make: 'grpcio', start: grpcio, isPadded: false, hasHealth: true }),
  );
  describe('a server of grpc-js', () => {
    suite({ make: 'grpc-js', start: grpcJs, isPadded: true, hasHealth: true });
  });
  if (!process.env['NEIGHBOURS_ALL']) return;
  describeWith([programs.go], 'a server of grpc-go', () =>
    suite({ make: 'grpc-go', start: builtGo(), isPadded: false, hasHealth: false }),
  );
}

/** Builds the server of grpc-go from Debian's sources before the tests. */
function builtGo(): StartShop {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-go-'));
  const binary = join(folder, 'shop');
  beforeAll(() => {
    const sources = fileURLToPath(new URL('go', import.meta.url));
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
    execFileSync('go', ['build', '-o', binary, '.'], { cwd: sources, env });
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  return (flags) => started(binary, [], flags);
}
