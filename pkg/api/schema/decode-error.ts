/** What the decoders throw, whatever they are fed. The message is upstream's text, ready for a Status. */
export class DecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DecodeError';
  }
}
