import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Shedding } from './shedding.ts';

/** Gives every provider what sheds load: the server that it guards is there before the modules are. */
@Global()
@Module({})
export class SheddingModule {
  static of(shedding: Shedding): DynamicModule {
    return {
      module: SheddingModule,
      providers: [{ provide: Shedding, useValue: shedding }],
      exports: [Shedding],
    };
  }
}
