import { createHash } from 'node:crypto';
import { Duplex, PassThrough } from 'node:stream';
import { constants, createDeflate, inflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { waitFor } from '../../testing/wait-for.ts';
import { dictionary, emptyBlock, HeaderReader } from './spdy-headers.ts';
import { SpdyConnection, type SpdyStream } from './spdy.ts';

/** Writes header blocks as Go does: one compressed stream, flushed after each block. */
function headerWriter(): (headers: Record<string, string>) => Promise<Buffer> {
  const deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  const text = (value: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    return Buffer.concat([length, Buffer.from(value)]);
  };
  return async (headers) => {
    const pairs = Object.entries(headers);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(pairs.length);
    const plain = Buffer.concat([count, ...pairs.flatMap(([name, value]) => [text(name), text(value)])]);
    await new Promise<void>((resolve) => deflate.write(plain, () => resolve()));
    return (deflate.read() as Buffer | null) ?? Buffer.alloc(0);
  };
}

function frame(type: number, body: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8003);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE((flags << 24) | body.length, 4);
  return Buffer.concat([head, body]);
}

function data(id: number, text: string, flags = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(id);
  head.writeUInt32BE((flags << 24) | text.length, 4);
  return Buffer.concat([head, Buffer.from(text)]);
}

/** Two ends of a wire: what goes into one comes out of the other. */
function wire(): { near: Duplex; toServer: PassThrough; fromServer: PassThrough } {
  const [toServer, fromServer] = [new PassThrough(), new PassThrough()];
  return { near: Duplex.from({ readable: toServer, writable: fromServer }), toServer, fromServer };
}

describe('SPDY/3 headers', () => {
  it('share the dictionary that everybody has', () => {
    expect(dictionary).toHaveLength(1423);
    expect(createHash('sha256').update(dictionary).digest('hex')).toMatchInlineSnapshot(
      `"51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02"`,
    );
  });

  it('are read one block after the other', async () => {
    const write = headerWriter();
    const reader = new HeaderReader();
    for (const headers of [{ Streamtype: 'error', Port: '80' }, { Streamtype: 'data', Port: '80' }, {}]) {
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      expect([...reader.read(await write(headers))]).toEqual(lower);
    }
  });

  it('are empty in our answers', () => {
    const all = Buffer.concat([emptyBlock(true), emptyBlock(false), emptyBlock(false)]);
    expect(inflateSync(all, { dictionary, finishFlush: constants.Z_SYNC_FLUSH })).toEqual(Buffer.alloc(12));
  });
});

describe('a SPDY connection', () => {
  it('answers streams and pings, and carries both directions', async () => {
    const { near, toServer, fromServer } = wire();
    const connection = new SpdyConnection(near);
    const streams: SpdyStream[] = [];
    connection.onStream = (stream) => streams.push(stream);
    const write = headerWriter();
    const id = Buffer.from([0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    toServer.write(frame(1, Buffer.concat([id, await write({ streamType: 'data' })])));
    toServer.write(frame(6, Buffer.from([0, 0, 0, 7])));
    toServer.write(data(1, 'question', 1));
    const [stream] = (await waitFor(() => (streams.length > 0 ? streams : undefined))) as [SpdyStream];
    expect(stream.headers.get('streamtype')).toBe('data');
    let asked = '';
    for await (const chunk of stream) asked += String(chunk);
    expect(asked).toBe('question');
    stream.end('answer');
    const expected = [
      frame(2, Buffer.concat([Buffer.from([0, 0, 0, 1]), emptyBlock(true)])),
      frame(6, Buffer.from([0, 0, 0, 7])),
      data(1, 'answer'),
      data(1, '', 1),
    ];
    const length = Buffer.concat(expected).length;
    const seen: Buffer[] = [];
    fromServer.on('data', (chunk: Buffer) => seen.push(chunk));
    await waitFor(() => (Buffer.concat(seen).length >= length ? true : undefined));
    expect(Buffer.concat(seen)).toEqual(Buffer.concat(expected));
  });

  it.each([
    ['a header block that is none', frame(1, Buffer.alloc(30, 0xff))],
    ['a frame without end', Buffer.from([0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff])],
    ['a frame that is too short', frame(3, Buffer.alloc(1))],
  ])('is cut by %s', async (_, bytes) => {
    const { near, toServer } = wire();
    const connection = new SpdyConnection(near);
    toServer.write(bytes);
    expect(await waitFor(() => (connection.socket.destroyed ? true : undefined))).toBe(true);
  });
});
