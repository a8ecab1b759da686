import type { EventTypes } from '#gateway/declare/events';
import { SetMetadata } from '@nestjs/common';

const EMITS = 'atrium/emits';
const MESSAGE = 'atrium/message';

/** What a message over a socket is, for the documents of the API: the schema of its body is that of `@MessagePayload`. */
export interface DeclaredMessage {
  summary: string;
  /** The data of its acknowledgement, by the name of the message. */
  acknowledgement: EventTypes;
}

/** Declares the events that a gateway of sockets emits to clients. */
export const Emits = (events: EventTypes): ClassDecorator => SetMetadata(EMITS, events);

/** Describes a message of clients and the data of its acknowledgement. */
export const Acknowledges = (summary: string, acknowledgement: EventTypes): MethodDecorator =>
  SetMetadata(MESSAGE, { summary, acknowledgement } satisfies DeclaredMessage);

/** The events that a gateway of sockets declares; undefined for any other class. */
export const emittedBy = (type: object): EventTypes | undefined =>
  Reflect.getMetadata(EMITS, type) as EventTypes | undefined;

/** The declaration of a handler of messages; undefined without `@Acknowledges`. */
export const messageOf = (handler: object): DeclaredMessage | undefined =>
  Reflect.getMetadata(MESSAGE, handler) as DeclaredMessage | undefined;
