/** Header blocks of SPDY/3, which are parts of one compressed stream in each direction. */
import { constants, inflateRawSync } from 'node:zlib';

/** What both sides have in mind before the first byte, from the definition of SPDY/3. */
const words =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow ' +
  'authorization cache-control connection content-base content-encoding content-language content-length ' +
  'content-location content-md5 content-range content-type date etag expect expires from host if-match ' +
  'if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma ' +
  'proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade ' +
  'user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie ' +
  'keep-alive origin';
const tail =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden' +
  '404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

export const dictionary: Buffer = Buffer.concat([
  ...words.split(' ').flatMap((word) => [lengthOf(word), Buffer.from(word.replace('_', ' '))]),
  Buffer.from(tail),
]);

function lengthOf(text: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(text.length);
  return bytes;
}

const windowBytes = 32 * 1024;
const longestBlock = 64 * 1024;
/** The two bytes of a zlib stream that has a dictionary, and the checksum of that dictionary. */
const zlibHead = 6;

/** Reads the blocks of one connection, in order. Throws on what is none. */
export class HeaderReader {
  #window: Buffer = dictionary;
  #isFirst = true;

  read(block: Buffer): Map<string, string> {
    const bytes = this.#isFirst ? block.subarray(zlibHead) : block;
    this.#isFirst = false;
    const plain = inflateRawSync(bytes, {
      dictionary: this.#window,
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: longestBlock,
    });
    this.#window = Buffer.concat([this.#window, plain]).subarray(-windowBytes);
    return headersOf(plain);
  }
}

function headersOf(plain: Buffer): Map<string, string> {
  let at = 0;
  const number = (): number => {
    at += 4;
    return plain.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    at += length;
    return plain.toString('utf8', at - length, at);
  };
  const headers = new Map<string, string>();
  for (let left = number(); left > 0; left--) {
    const name = text();
    headers.set(name.toLowerCase(), text());
  }
  return headers;
}

/** Four bytes that say "no headers", kept as they are; then an empty block, without which Go reads on into its end. */
const storedBlock = Buffer.from([0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff]);
const zlibStart = Buffer.from([0x78, 0x20, 0xe3, 0xc6, 0xa7, 0xc2]);

/** The block of an answer without headers; the first of a connection starts the compressed stream. */
export const emptyBlock = (isFirst: boolean): Buffer =>
  isFirst ? Buffer.concat([zlibStart, storedBlock]) : storedBlock;
