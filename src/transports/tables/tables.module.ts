import { Global, Module } from '@nestjs/common';
import { TableResponder } from './table-responder.ts';

/** Sends tables of any length. */
@Global()
@Module({ providers: [TableResponder], exports: [TableResponder] })
export class TablesModule {}
