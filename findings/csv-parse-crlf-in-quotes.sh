#!/usr/bin/env bash
# csv-parse counts a CRLF in a quoted field as two lines
#
# csv-parse 7.0.3 counts a CRLF in a quoted field as two lines, so that `info.lines` and the lines of its errors are too large from there
# on. `info.bytes` is right: lines can be counted from it.
#
# Seen on 2026-11-28 with Node 26.12.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts --prefix . csv-parse@7.0.3
cat > find.mjs <<'EOS'
import { parse } from 'csv-parse/sync';

const lines = (text) => parse(text, { info: true, record_delimiter: ['\r\n', '\n'] }).map(({ info }) => info.lines);
const seen = { lf: lines('a\n"x\ny"\nb\n'), crlf: lines('a\r\n"x\r\ny"\r\nb\r\n') };
console.log(seen);
process.exit(String(seen.lf) === '1,3,4' && String(seen.crlf) === '1,4,5' ? 0 : 1);
EOS
node find.mjs
