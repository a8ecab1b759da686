import type { FastifyReply } from 'fastify';
import type { SentPage } from './portal.ts';

/** Sets the headers of a page; each visit asks whether it has changed. @returns its text */
export function sendPage(reply: FastifyReply, { text, policy }: SentPage): string {
  void reply
    .type('text/html; charset=utf-8')
    .headers({ 'content-security-policy': policy, 'cache-control': 'no-cache' });
  return text;
}
