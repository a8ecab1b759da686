import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openScanner, parseScanUrl } from '#libs/scan';
import { freePort } from '#libs/testing';
import { describeWith } from '#test/support/neighbours/describe-with';
import { Program } from '#test/support/neighbours/program';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { programs } from './programs.ts';

jest.setTimeout(60_000);

/** The only entry of the test's database: text that no file has by chance. */
const THREAT = 'X-ATRIUM-THREAT-X';
const MAX_BYTES = 1_000_000;

async function* file(...parts: (string | Buffer)[]) {
  for (const part of parts) yield Buffer.from(part);
}

describeWith(programs.quick, 'a virus scan', () => {
  const folder = mkdtempSync(join(tmpdir(), 'atrium-scan-'));
  const running: Program[] = [];
  const urls: Record<string, string> = {};

  beforeAll(async () => {
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'test.ndb'), `Atrium.Test:0:*:${Buffer.from(THREAT).toString('hex')}\n`);
    const [port, icapPort] = [await freePort(), await freePort()];
    const configuration = {
      Foreground: 'yes',
      DatabaseDirectory: folder,
      TCPSocket: port,
      TCPAddr: '127.0.0.1',
      LocalSocket: join(folder, 'clamd.sock'),
      StreamMaxLength: '1M',
      TemporaryDirectory: folder,
    };
    writeFileSync(join(folder, 'clamd.conf'), linesOf(configuration));
    running.push(await Program.start('clamd', ['--config-file', join(folder, 'clamd.conf')], { port }));
    const modules = '/usr/lib/x86_64-linux-gnu/c_icap';
    const icap = {
      PidFile: join(folder, 'icap.pid'),
      CommandsSocket: join(folder, 'icap.ctl'),
      Port: `127.0.0.1:${icapPort}`,
      TmpDir: folder,
      ModulesDir: modules,
      ServicesDir: modules,
      TemplateDir: '/usr/share/c_icap/templates/',
      LoadMagicFile: '/etc/c-icap/c-icap.magic',
      ServerLog: join(folder, 'icap.log'),
      AccessLog: join(folder, 'icap-access.log'),
      Module: 'common clamd_mod.so',
      'clamd_mod.ClamdHost': '127.0.0.1',
      'clamd_mod.ClamdPort': port,
      Service: 'antivirus_module virus_scan.so',
      'virus_scan.ScanFileTypes': 'TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE',
      'virus_scan.DefaultEngine': 'clamd',
      'virus_scan.MaxObjectSize': '5M',
      ServiceAlias: 'avscan virus_scan?allow204=on&sizelimit=off&mode=simple',
    };
    writeFileSync(join(folder, 'c-icap.conf'), linesOf(icap));
    running.push(await Program.start('c-icap', ['-N', '-f', join(folder, 'c-icap.conf')], { port: icapPort }));
    const clamscan = ['--no-summary', `--database=${join(folder, 'test.ndb')}`, '-'];
    urls['clamd by TCP'] = `clamd://127.0.0.1:${port}`;
    urls['clamd by a socket'] = `clamd://${join(folder, 'clamd.sock')}`;
    urls['c-icap'] = `icap://127.0.0.1:${icapPort}/avscan`;
    urls['clamscan'] =
      `exec:///usr/bin/clamscan?${clamscan.map((arg) => `arg=${encodeURIComponent(arg)}`).join('&')}`;
  });
  afterAll(async () => {
    for (const program of running.reverse()) await program.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const scannerOf = (name: string) => openScanner(parseScanUrl(urls[name]!)!, 20_000);

  it.each(['clamd by TCP', 'clamd by a socket', 'c-icap', 'clamscan'])(
    'by %s finds what is in a file',
    async (name) => {
      const scanner = scannerOf(name);
      expect(await scanner.scan(file('some ', 'text'))).toEqual({ isClean: true });
      expect(await scanner.scan(file(randomBytes(500_000)))).toEqual({ isClean: true });
      const infected = await scanner.scan(file('x'.repeat(10_000), THREAT.slice(0, 5), THREAT.slice(5), '\n'));
      expect(infected).toEqual({ isClean: false, threat: expect.stringContaining('Atrium.Test') });
      expect(await scanner.scan(file(''))).toEqual({ isClean: true });
    },
  );

  it('by clamd takes no file that is larger than it allows', async () => {
    const many = Array.from({ length: 40 }, () => randomBytes(MAX_BYTES / 10));
    const scanning = scannerOf('clamd by TCP').scan(file(...many));
    // Its reply can be lost, where it closes the connection while it is still sent to.
    await expect(scanning).rejects.toMatchObject({ code: expect.stringMatching(/PAYLOAD_TOO_LARGE|OVERLOADED/) });
  });
});

const linesOf = (settings: Record<string, string | number>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
