import { describe, expect, it } from '@jest/globals';
import { acceptedCodings } from './accept-encoding.ts';

describe('the codings a client accepts', () => {
  it.each([
    ['no header: none but identity', undefined, 'identity'],
    ['an empty header', '', 'identity'],
    ['one', 'gzip', 'gzip identity'],
    ['what browsers send', 'gzip, deflate, br, zstd', 'zstd br gzip identity'],
    ['the order of the server among equal weights', 'br;q=0.8, zstd;q=0.8', 'zstd br identity'],
    ['the order of the weights', 'zstd;q=0.1, br;q=0.5, gzip;q=0.9', 'gzip br zstd identity'],
    ['identity, if it has the highest weight', 'gzip;q=0.5, identity', 'identity gzip'],
    ['a coding before identity of equal weight', 'identity, gzip', 'gzip identity'],
    ['no refused coding', 'gzip;q=0, br', 'br identity'],
    ['refused with decimals', 'gzip;q=0.000', 'identity'],
    ['anything', '*', 'zstd br gzip identity'],
    ['anything but one', '*, zstd;q=0', 'br gzip identity'],
    ['anything, with one preferred', '*;q=0.1, gzip', 'gzip zstd br identity'],
    ['only what is named', 'gzip, *;q=0', 'gzip'],
    ['a coding alone', 'identity;q=0, br', 'br'],
    ['any coding, but not identity', 'identity;q=0, *', 'zstd br gzip'],
    ['identity alone', 'identity, *;q=0', 'identity'],
    ['nothing', 'identity;q=0', ''],
    ['nothing at all', '*;q=0', ''],
    ['no supported coding', 'compress, identity;q=0', ''],
    ['in any case, with spaces', ' GZIP ; Q=0.5 ,\tBr', 'br gzip identity'],
    ['by an alias', 'x-gzip', 'gzip identity'],
    ['unsupported codings', 'compress, deflate, dcb', 'identity'],
  ])('are read from the header: %s', (_, header, codings) => {
    expect(acceptedCodings(header).join(' ')).toBe(codings);
    expect(acceptedCodings(header).join(' ')).toBe(codings);
  });

  it.each(['gzip br, br', ',,;, br', '\u00e4\u00f6, br', ';q=1, br', 'br, "gzip'])(
    'leave out invalid members: %s',
    (header) => expect(acceptedCodings(header)).toEqual(['br', 'identity']),
  );

  it('are parsed in a time linear in the length', () => {
    expect(acceptedCodings(`gzip${' ;'.repeat(50_000)}`)).toEqual(['gzip', 'identity']);
    expect(acceptedCodings('gzip, '.repeat(50_000))).toEqual(['gzip', 'identity']);
  });
});
