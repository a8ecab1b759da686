import { Module } from '@nestjs/common';
import { AskAssistant } from './ask-assistant.ts';
import { AssistantController } from './assistant.controller.ts';

@Module({ controllers: [AssistantController], providers: [AskAssistant], exports: [AskAssistant] })
export class AssistantModule {}
