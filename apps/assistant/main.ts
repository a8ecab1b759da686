import { runService } from '#libs/process';
import { readAssistantSettings } from './settings.ts';
import { startAssistant } from './start-assistant.ts';

await runService('assistant', async () => startAssistant(readAssistantSettings(process.env)));
