import { describe, expect, it } from '@jest/globals';
import { catalogue, GatewayError } from '#libs/errors';
import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  InternalServerErrorException,
  MethodNotAllowedException,
  NotFoundException,
  UnauthorizedException,
} from '@nestjs/common';
import { errorCodes } from 'fastify';
import { asGatewayError } from './as-gateway-error.ts';

const { FST_ERR_CTP_BODY_TOO_LARGE, FST_ERR_CTP_INVALID_MEDIA_TYPE, FST_ERR_CTP_EMPTY_JSON_BODY } = errorCodes;
const { FST_ERR_CTP_INVALID_JSON_BODY, FST_ERR_BAD_URL, FST_ERR_MAX_PARAM_LENGTH } = errorCodes;

describe('an error of ours', () => {
  it('is returned as it is', () => {
    const error = new GatewayError('CONFLICT', { members: { shelf: 'A1' } as object });
    expect(asGatewayError(error)).toBe(error);
  });
});

describe('an error of a framework', () => {
  it.each([
    [new FST_ERR_CTP_BODY_TOO_LARGE(), 'PAYLOAD_TOO_LARGE'],
    [new FST_ERR_CTP_INVALID_MEDIA_TYPE('text/secret'), 'UNSUPPORTED_MEDIA_TYPE'],
    [new FST_ERR_CTP_EMPTY_JSON_BODY(), 'BAD_REQUEST'],
    [new FST_ERR_CTP_INVALID_JSON_BODY('secret'), 'BAD_REQUEST'],
    [new FST_ERR_BAD_URL('/secret'), 'BAD_REQUEST'],
    [new FST_ERR_MAX_PARAM_LENGTH('/secret'), 'URI_TOO_LONG'],
    [new NotFoundException('Cannot GET /secret'), 'NOT_FOUND'],
    [new BadRequestException('secret'), 'BAD_REQUEST'],
    [new UnauthorizedException('secret'), 'UNAUTHENTICATED'],
    [new ForbiddenException('secret'), 'FORBIDDEN'],
    [new MethodNotAllowedException('secret'), 'METHOD_NOT_ALLOWED'],
    [new HttpException('secret', 418), 'BAD_REQUEST'],
    [new InternalServerErrorException('secret'), 'INTERNAL'],
    [Object.assign(new SyntaxError('Unexpected token s in secret'), { statusCode: 400 }), 'BAD_REQUEST'],
  ] as const)('is one of ours by its status, in our own words: %p is %s', (thrown, code) => {
    const error = asGatewayError(thrown);
    expect(error).toMatchObject({ code, status: catalogue[code].status, cause: thrown });
    const { message, title, detail, errors } = error;
    expect(JSON.stringify({ message, title, detail, errors })).not.toMatch(
      /secret|FST_|Cannot GET|Unexpected token/,
    );
  });

  it('names the body as the part that could not be parsed', () => {
    expect(asGatewayError(new FST_ERR_CTP_INVALID_JSON_BODY('secret')).errors).toEqual([
      { field: 'body', message: 'Cannot be parsed' },
    ]);
  });

  it('names a Content-Type that is malformed, whatever the route takes', () => {
    const { detail, errors } = asGatewayError(new FST_ERR_CTP_INVALID_MEDIA_TYPE('text/secret'));
    expect([detail, errors]).toEqual([
      'The Content-Type is malformed.',
      [{ field: 'Content-Type', message: 'Must be a media type, such as application/json' }],
    ]);
  });
});

describe('any other error', () => {
  it.each([
    new Error('secret'),
    new TypeError('secret'),
    Object.assign(new Error('secret'), { statusCode: 200 }),
    Object.assign(new Error('secret'), { statusCode: '400' }),
    'secret',
    { message: 'secret' },
    null,
    undefined,
  ])('is INTERNAL and reveals nothing: %p', (thrown) => {
    const { code, status, message, detail, errors } = asGatewayError(thrown);
    expect({ code, status, message, detail, errors }).toEqual({
      code: 'INTERNAL',
      status: 500,
      message: 'Internal error',
    });
  });
});
