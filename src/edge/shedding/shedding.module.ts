import { Global, Module } from '@nestjs/common';
import { MemoryPressure } from './memory-pressure.ts';
import { Shedding } from './shedding.ts';

/** What sheds load, and tells operators how it goes. */
@Global()
@Module({
  providers: [{ provide: MemoryPressure, useFactory: () => new MemoryPressure() }, Shedding],
  exports: [Shedding],
})
export class SheddingModule {}
