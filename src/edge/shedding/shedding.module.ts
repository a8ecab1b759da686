import { Global, Module } from '@nestjs/common';
import { MemoryPressure } from './memory-pressure.ts';
import { Shedding } from './shedding.ts';

/** Provides load shedding, and its report for operators. */
@Global()
@Module({
  providers: [{ provide: MemoryPressure, useFactory: () => new MemoryPressure() }, Shedding],
  exports: [Shedding],
})
export class SheddingModule {}
