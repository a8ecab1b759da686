import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { describeWith } from '#test/support/neighbours/describe-with';
import * as programs from '#test/support/neighbours/programs';
import { GRPC_JAVA, grpcCpp, grpcJava } from '#test/support/neighbours/server-programs';
import { grpcio, grpcJs, started, type StartShop } from './servers.ts';

/** A make of gRPC server, and what it does otherwise than others. */
export interface Make {
  make: string;
  start: StartShop;
  /** Whether it pads what it writes in base64. */
  isPadded: boolean;
  hasHealth: boolean;
  /** The least age of a connection that it can have, in milliseconds. */
  minAgeMs: number;
}

/** Runs a suite against every make of server: grpcio, grpc-js and grpc-java, and in the full set grpc++ and grpc-go. */
export function describeMakes(suite: (make: Make) => void): void {
  describeGrpcio(suite);
  describe('a server of grpc-js', () => {
    suite({ make: 'grpc-js', start: grpcJs, isPadded: true, hasHealth: true, minAgeMs: 100 });
  });
  describeWith([grpcJava], 'a server of grpc-java', () =>
    suite({ make: 'grpc-java', start: builtJava(), isPadded: false, hasHealth: true, minAgeMs: 1_000 }),
  );
  if (!process.env['NEIGHBOURS_ALL']) return;
  describeGrpcCpp(suite);
  describeWith([programs.go], 'a server of grpc-go', () =>
    suite({ make: 'grpc-go', start: builtGo(), isPadded: false, hasHealth: false, minAgeMs: 100 }),
  );
}

/** Runs a suite against servers of C core: grpcio, and in the full set grpc++. */
export function describeCore(suite: (make: Make) => void): void {
  describeGrpcio(suite);
  if (process.env['NEIGHBOURS_ALL']) describeGrpcCpp(suite);
}

const describeGrpcio = (suite: (make: Make) => void): void =>
  describeWith([programs.grpcio], 'a server of grpcio', () =>
    suite({ make: 'grpcio', start: grpcio, isPadded: false, hasHealth: true, minAgeMs: 100 }),
  );

const describeGrpcCpp = (suite: (make: Make) => void): void =>
  describeWith([grpcCpp], 'a server of grpc++', () =>
    suite({ make: 'grpc++', start: builtCpp(), isPadded: false, hasHealth: true, minAgeMs: 100 }),
  );

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

/** Builds the server of grpc++ before the tests, with code that its own plug-in generates from the contracts. */
function builtCpp(): StartShop {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-cpp-'));
  const binary = join(folder, 'server');
  beforeAll(() => {
    const contracts = fileURLToPath(new URL('../../../../libs/contracts/proto', import.meta.url));
    const names = globSync('**/*.proto', { cwd: contracts });
    const plugin = '--plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin';
    execFileSync('protoc', ['-I', contracts, `--cpp_out=${folder}`, `--grpc_out=${folder}`, plugin, ...names]);
    const sources = [fileURLToPath(new URL('cpp/shop.cc', import.meta.url)), ...globSync(join(folder, '**/*.cc'))];
    const libraries = execFileSync('pkg-config', ['--cflags', '--libs', 'grpc++', 'protobuf'], {
      encoding: 'utf8',
    });
    const flags = ['-std=c++17', '-O0', '-I', folder, '-o', binary];
    execFileSync('g++', [...flags, ...sources, ...libraries.split(/\s+/).filter(Boolean)]);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  return (flags) => started(binary, [], flags);
}

/** Compiles the server of grpc-java with Debian's libraries before the tests. */
function builtJava(): StartShop {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-java-'));
  const classes = ['-cp', [folder, ...GRPC_JAVA].join(':')];
  beforeAll(() => {
    const sources = globSync(fileURLToPath(new URL('java/*.java', import.meta.url)));
    execFileSync('javac', [...classes, '-encoding', 'UTF-8', '-d', folder, ...sources]);
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  return (flags) => started('java', [...classes, 'Shop'], flags);
}
