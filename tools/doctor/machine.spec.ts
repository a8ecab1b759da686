import { loadConfig } from '#gateway/config/config';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { versionFinding } from './database-findings.ts';
import type { Finding } from './finding.ts';
import { spaceFinding } from './folders.ts';
import { checkWorkers, nodeFinding } from './machine.ts';

const line = ({ level, message }: Finding) => `${level}: ${message}`;

afterEach(() => void jest.restoreAllMocks());

describe('npm run doctor', () => {
  it('finds that a container or a unit has too little memory for the workers', () => {
    const found = (bytes: number) => {
      jest.spyOn(process, 'constrainedMemory').mockReturnValue(bytes);
      return checkWorkers({ environment: {}, config: loadConfig({}), data: undefined }).map(line);
    };
    expect(found(256e6)).toEqual(['warning: a process needs some 300 MB, and 256 are there']);
    // Without a limit: cgroup v2, cgroup v1.
    for (const unlimited of [0, 2 ** 64]) expect(found(unlimited)).toEqual([expect.stringMatching(/^ok: 1 of/)]);
  });

  it('finds a Node that is too old', () => {
    expect(line(nodeFinding('22.11.0'))).toBe('problem: version 22.11.0 is too old');
    expect(nodeFinding('22.11.0').advice).toMatch(/^Install Node 24 or later/);
    expect(['24.0.0', '26.12.1'].map(nodeFinding).map(line)).toEqual([
      'ok: version 24.0.0',
      'ok: version 26.12.1',
    ]);
  });

  it('finds a disk that is full, and warns of one that soon is', () => {
    const about = 'DATA_DIR /data';
    expect([99e6, 999e6, 1e9].map((free) => line(spaceFinding(about, free)))).toEqual([
      'problem: 0.1 GB are free: writes will fail',
      'warning: only 1.0 GB are free',
      'ok: can be written; 1.0 GB are free',
    ]);
  });

  it.each([
    ['PostgreSQL', '12.22 (Debian 12.22-1)', '13'],
    ['MariaDB', '10.5.29-MariaDB-0+deb11u1', '10.6'],
    ['MariaDB', '5.5.5-MariaDB', '10.6'],
    ['MySQL', '8.0.22', '8.0.23'],
    ['MySQL', '5.7.44-log', '8.0.23'],
  ] as const)('finds that %s %s is too old', (make, version, least) => {
    expect(line(versionFinding('', make, version))).toBe(
      `problem: is ${make} ${version}: the services need ${least} or later`,
    );
  });

  it.each([
    ['PostgreSQL', '13.0'],
    ['PostgreSQL', '19beta1'],
    ['MariaDB', '10.6.0-MariaDB'],
    ['MariaDB', '11.4.2-MariaDB-ubu2404'],
    ['MySQL', '8.0.23'],
    ['MySQL', '8.4.0'],
    ['MySQL', '9.1.0'],
  ] as const)('accepts %s %s', (make, version) => {
    expect(line(versionFinding('', make, version))).toBe(`ok: answers, ${make} ${version}`);
  });
});
