import { describe, expect, it } from '@jest/globals';
import { acceptedCodings } from './accept-encoding.ts';

describe('the codings a client accepts', () => {
  it.each([
    ['no header: none but identity', undefined, 'identity'],
    ['an empty header', '', 'identity'],
    ['one', 'gzip', 'gzip identity'],
    ['what browsers send', 'gzip, deflate, br, zstd', 'zstd br gzip identity'],
    ['ours first where they are liked equally, whatever their order', 'br;q=0.8, zstd;q=0.8', 'zstd br identity'],
    ['the one liked most', 'zstd;q=0.1, br;q=0.5, gzip;q=0.9', 'gzip br zstd identity'],
    ['identity, where it is liked most', 'gzip;q=0.5, identity', 'identity gzip'],
    ['a coding before an identity that is liked as much', 'identity, gzip', 'gzip identity'],
    ['none that is refused', 'gzip;q=0, br', 'br identity'],
    ['refused with decimals', 'gzip;q=0.000', 'identity'],
    ['anything', '*', 'zstd br gzip identity'],
    ['anything but one', '*, zstd;q=0', 'br gzip identity'],
    ['anything, one of it more than the others', '*;q=0.1, gzip', 'gzip zstd br identity'],
    ['what is named, and nothing else', 'gzip, *;q=0', 'gzip'],
    ['a coding alone', 'identity;q=0, br', 'br'],
    ['any coding, but none as it is', 'identity;q=0, *', 'zstd br gzip'],
    ['identity alone', 'identity, *;q=0', 'identity'],
    ['nothing', 'identity;q=0', ''],
    ['nothing at all', '*;q=0', ''],
    ['nothing that there is', 'compress, identity;q=0', ''],
    ['in any case, with blanks', ' GZIP ; Q=0.5 ,\tBr', 'br gzip identity'],
    ['by the old name', 'x-gzip', 'gzip identity'],
    ['codings that there are not', 'compress, deflate, dcb', 'identity'],
  ])('are those that it names: %s', (_, header, codings) => {
    expect(acceptedCodings(header).join(' ')).toBe(codings);
    expect(acceptedCodings(header).join(' ')).toBe(codings);
  });

  it.each(['gzip br, br', ',,;, br', '\u00e4\u00f6, br', ';q=1, br', 'br, "gzip'])(
    'do not have a member that is none: %s',
    (header) => expect(acceptedCodings(header)).toEqual(['br', 'identity']),
  );

  it('are read in a time that grows with the length alone', () => {
    expect(acceptedCodings(`gzip${' ;'.repeat(50_000)}`)).toEqual(['gzip', 'identity']);
    expect(acceptedCodings('gzip, '.repeat(50_000))).toEqual(['gzip', 'identity']);
  });
});
