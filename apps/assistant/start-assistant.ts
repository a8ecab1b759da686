import { assistantDocument } from '#libs/contracts';
import { createLogger } from '#libs/observe';
import { type RunningRestService, startRestService } from '#libs/service';
import type { DestinationStream } from 'pino';
import { ChatController, Pace } from './chat.controller.ts';
import type { AssistantSettings } from './settings.ts';

/** The largest request body: a conversation and its facts, in bytes. */
const BODY_LIMIT_BYTES = 1_048_576;

/**
 * Starts the assistant.
 * @param logTo where log lines go; standard output if not given
 * @throws {PortInUseError}
 */
export function startAssistant(
  settings: AssistantSettings,
  logTo?: DestinationStream,
): Promise<RunningRestService> {
  return startRestService({
    name: 'assistant',
    settings,
    document: assistantDocument(),
    bodyLimitBytes: BODY_LIMIT_BYTES,
    controllers: [ChatController],
    providers: [{ provide: Pace, useValue: new Pace(settings.TOKEN_MS) }],
    logger: createLogger('assistant', settings.LOG_LEVEL, logTo),
    isReady: async () => true,
    onStopped: async () => {},
  });
}
