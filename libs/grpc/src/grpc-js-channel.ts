import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext } from 'node:tls';
import {
  Client,
  type ClientOptions,
  ChannelCredentials,
  connectivityState,
  Metadata,
  type ServiceError,
  status as Status,
} from '@grpc/grpc-js';
import { hostPort } from '#libs/endpoints';
import { Diagnosis } from './diagnose.ts';
import type { CallOptions, ConnectionReport, GrpcChannel, MessageStream } from './channel.ts';
import { GrpcFailure } from './failure.ts';
import { grpcJsStream } from './grpc-js-stream.ts';
import { nameIn, type Server } from './http2-session.ts';
import { MAX_MESSAGE_BYTES } from './messages.ts';
import { USER_AGENT } from './request-headers.ts';
import type { ConnectionSettings } from './settings.ts';

/** The same reconnection delays as the `http2` implementation, in milliseconds. */
const MIN_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1_000;

/** grpc-js would use an IP address as the server name, which Node refuses (RFC 6066, 3), and cannot omit the name. */
const NO_NAME = 'ip.invalid';

const same = (bytes: Buffer): Buffer => bytes;

/** The connections of grpc-js to one address: an alternative implementation, for comparison and as a fallback. */
export class GrpcJsChannel implements GrpcChannel {
  private readonly address: string;
  private readonly options: ClientOptions;
  /** A client with grpc-js's own transparent retries of refused calls. */
  private client: Client;
  /** A client for non-idempotent calls: a proxy may send REFUSED_STREAM for calls in progress. */
  private careful: Client | undefined;
  private isClosed = false;
  private readonly diagnosis: Diagnosis;

  constructor(
    private readonly server: Server,
    { keepaliveMs, pingTimeoutMs }: ConnectionSettings,
  ) {
    const { host, port, authority } = server.address;
    this.address =
      port === undefined ? `unix:${host}` : `${host.includes(':') ? 'ipv6' : 'ipv4'}:${hostPort(host, port)}`;
    this.options = {
      'grpc.default_authority': authority,
      'grpc.primary_user_agent': USER_AGENT,
      'grpc.keepalive_time_ms': keepaliveMs,
      'grpc.keepalive_timeout_ms': pingTimeoutMs,
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.initial_reconnect_backoff_ms': MIN_BACKOFF_MS,
      'grpc.max_reconnect_backoff_ms': MAX_BACKOFF_MS,
      'grpc.service_config_disable_resolution': 1,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.enable_http_proxy': 0,
    };
    this.diagnosis = new Diagnosis(server);
    this.client = this.connect();
  }

  unary(path: string, message: Uint8Array, options: CallOptions): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      if (options.until.endedBy) return reject(new GrpcFailure(Status.CANCELLED, 'the caller has cancelled'));
      const call = this.clientFor(options).makeUnaryRequest(
        path,
        same,
        same,
        Buffer.from(message),
        metadataOf(options),
        deadlineOf(options),
        (error, answer) => {
          stopListening();
          if (error) void this.explained(error).then(reject);
          else resolve(answer!);
        },
      );
      const stopListening = options.until.onEnd(() => call.cancel());
    });
  }

  async serverStream(path: string, message: Uint8Array, options: CallOptions): Promise<MessageStream<Buffer>> {
    if (options.until.endedBy) throw new GrpcFailure(Status.CANCELLED, 'the caller has cancelled');
    const request = Buffer.from(message);
    const call = this.clientFor(options).makeServerStreamRequest(
      path,
      same,
      same,
      request,
      metadataOf(options),
      {},
    );
    return grpcJsStream(call, (error) => this.explained(error));
  }

  isReady(): boolean {
    return this.client.getChannel().getConnectivityState(true) === connectivityState.READY;
  }

  renew(): void {
    const before = [this.client, this.careful];
    this.client = this.connect();
    this.careful = undefined;
    // Calls in flight end on their connections.
    for (const client of before) client?.close();
  }

  /** grpc-js has one connection for each client. */
  resize(): void {}

  close(): void {
    this.isClosed = true;
    this.client.close();
    this.careful?.close();
  }

  /** grpc-js reports only the state of a client, not its calls or the age of its connection. */
  report(): ConnectionReport[] {
    return [this.client, this.careful].flatMap((client) => {
      const state = client && stateOf(client);
      return state ? [{ state }] : [];
    });
  }

  /** The failure; if no connection could be established, with a hint at the configuration error. */
  private async explained(error: ServiceError): Promise<GrpcFailure> {
    const { code, metadata, cause } = error;
    const message = (error.details as string | undefined) ?? UNREADABLE;
    const isReplaced = CLOSED.test(message) && !this.isClosed;
    const isUnsent = UNSENT.test(message) && !isReplaced;
    const hint = isUnsent ? await this.diagnosis.hintFor(asReason(message)) : undefined;
    const details = hint ? `${message} (${hint})` : message;
    const progress = isUnsent ? 'unsent' : isReplaced ? 'unprocessed' : progressOf(details);
    const isCutOff = code === Status.INTERNAL && CUT_OFF.test(details);
    const known = Status[code] === undefined ? Status.UNKNOWN : code;
    const httpStatus = Number(HTTP_STATUS.exec(details)?.[1]) || undefined;
    return new GrpcFailure(isCutOff ? Status.UNAVAILABLE : known, details, {
      metadata,
      progress,
      httpStatus,
      cause,
    });
  }

  private clientFor({ isIdempotent }: CallOptions): Client {
    return isIdempotent ? this.client : (this.careful ??= this.connect({ 'grpc.enable_retries': 0 }));
  }

  private connect(more: ClientOptions = {}): Client {
    const { tls } = this.server;
    if (!tls) return new Client(this.address, ChannelCredentials.createInsecure(), { ...this.options, ...more });
    const { servername = nameIn(this.server.address.authority), ...material } = tls();
    const name = isIP(servername) ? NO_NAME : servername;
    const credentials = ChannelCredentials.createFromSecureContext(createSecureContext(material), {
      checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate),
    });
    const options = { ...this.options, 'grpc.ssl_target_name_override': name, ...more };
    return new Client(this.address, credentials, options);
  }
}

function stateOf(client: Client): ConnectionReport['state'] | undefined {
  const state = client.getChannel().getConnectivityState(false);
  if (state === connectivityState.READY) return 'READY';
  return state === connectivityState.CONNECTING ? 'CONNECTING' : undefined;
}

function metadataOf({ metadata: given }: CallOptions): Metadata {
  const metadata = new Metadata();
  for (let i = 0; i < given.length; i += 2) metadata.add(given[i]!, given[i + 1]!);
  return metadata;
}

const deadlineOf = ({ timeoutMs }: CallOptions) =>
  timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };

const progressOf = (details: string) =>
  UNWRITTEN.test(details) ? 'unprocessed' : REFUSED.test(details) ? 'refused' : 'sent';

/** Its failure has no message where it cannot decompress an answer. */
const UNREADABLE = 'a message is compressed with an encoding that grpc-js does not support';

/** grpc-js's message for a call that was not sent. */
const UNSENT =
  /^(No connection established|Failed to connect|Name resolution failed|Channel closed before call started)/;

/** Its message for a call that waited for a connection of a client that was closed. */
const CLOSED = /^Channel closed before call started/;

/** Its message for REFUSED_STREAM, and for streams above the last id of a GOAWAY, which it does not distinguish. */
const REFUSED = /^Stream refused by server/;

/** Its message for a call whose message had not been written when a GOAWAY arrived: no server can have processed it. */
const UNWRITTEN = /^Write error: .*NGHTTP2_REFUSED_STREAM/;

/**
 * Its message for a clean end without a status: HAProxy and Caddy end a response like this if their backend aborts it.
 */
const CUT_OFF = /^Received RST_STREAM with code 0 .*without gRPC status/;

/** Its message for a response without a gRPC status. */
const HTTP_STATUS = /^Received HTTP status code (\d{3})$/;

/** The reason of a failed connection: the code of the socket's error is only in the text, beside a time. */
const asReason = (details: string): Error =>
  Object.assign(new Error(details.replace(/ \(\d{4}-[^)]*\)/g, '')), {
    code: /\b(?:E[A-Z]{4,}|ERR_[A-Z\d_]+)\b/.exec(details)?.[0],
  });
