/** SV16: what HTTP/1.1's parser refuses is told why, where that is still possible, and the connection is closed. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../clock/index.ts';

/** How long a client may go on sending after the answer; a reset at once would take the answer from it. */
const lingerMs = 1_000;

const codes = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

export function bytesRefuser(clock: Clock): (error: Error & { code?: string }, socket: Socket) => void {
  const refused = new WeakSet<Socket>();
  return (error, socket) => {
    // The parser complains again about each further piece.
    if (refused.has(socket)) return;
    refused.add(socket);
    // Errors of the socket and of TLS, such as a handshake that did not come, leave nobody to answer.
    const parsed = error.code?.startsWith('HPE_') === true || error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    if (!parsed || !socket.writable || answering(socket)) {
      socket.destroy();
      return;
    }
    const code = codes.get(error.code ?? '') ?? 400;
    socket.end(`HTTP/1.1 ${code} ${STATUS_CODES[code]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    const linger = clock.after(lingerMs, () => socket.destroy());
    socket.once('close', () => linger.cancel());
  };
}

/** An answer that has begun cannot be followed by another one. Node keeps it under this name. */
function answering(socket: Socket & { _httpMessage?: { readonly headersSent?: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}
