import { openScanner, Scanner } from '#libs/scan';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Config } from './config.ts';

/** Gives every provider the virus scanner; `null` if `SCAN_URL` is not set. */
@Global()
@Module({})
export class ScannerModule {
  static of({ SCAN_URL, SCAN_TIMEOUT_MS }: Config): DynamicModule {
    const useFactory = () => (SCAN_URL ? openScanner(SCAN_URL, SCAN_TIMEOUT_MS) : null);
    return { module: ScannerModule, providers: [{ provide: Scanner, useFactory }], exports: [Scanner] };
  }
}
