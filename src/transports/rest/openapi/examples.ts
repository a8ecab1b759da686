import type { ApiExample } from '#gateway/declare/api-info';
import { JSON_TYPE } from '#libs/negotiation';
import type { Operation } from './finish-operation.ts';

interface WithContents {
  content?: Record<string, { example?: unknown }>;
}

/** Adds the examples of an operation: of its JSON body, and of its first successful JSON answer. */
export function addExample({ requestBody, responses }: Operation, { request, answer }: ApiExample = {}): void {
  const body = (requestBody as WithContents | undefined)?.content?.[JSON_TYPE];
  if (body && request !== undefined) body.example = request;
  const [success] = Object.values(responses) as WithContents[];
  const json = success?.content?.[JSON_TYPE];
  if (json && answer !== undefined) json.example = answer;
}
