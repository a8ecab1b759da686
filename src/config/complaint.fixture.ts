import { SettingsError } from '#libs/process';
import { loadConfig } from './config.ts';

/** The error message for an invalid environment; empty for a valid one. */
export function complaint(environment: Record<string, string>): string {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  return '';
}

/** The variables that the error message names. */
export const wrong = (environment: Record<string, string>) =>
  [...complaint(environment).matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name).sort();
