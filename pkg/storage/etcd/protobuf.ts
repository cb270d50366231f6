/** The protobuf wire format, as far as etcd's messages need it: varints and byte fields. */

/** Builds one message; fields that have their default value are left out, as proto3 does. */
export class MessageWriter {
  readonly #parts: Buffer[] = [];
  #length = 0;

  int(field: number, value: number): this {
    if (value === 0) return this;
    return this.#add(varint(field * 8), varint(value));
  }

  flag(field: number, value: boolean | undefined): this {
    return value === true ? this.#add(varint(field * 8), varint(1)) : this;
  }

  /** Text and messages alike; an empty one is left out. */
  bytes(field: number, value: Buffer | string): this {
    const content = typeof value === 'string' ? Buffer.from(value) : value;
    return content.length === 0 ? this : this.#add(varint(field * 8 + 2), varint(content.length), content);
  }

  /** A message that counts even when it is empty: which field it stands in says what it is. */
  message(field: number, value: MessageWriter): this {
    const content = value.finish();
    return this.#add(varint(field * 8 + 2), varint(content.length), content);
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts, this.#length);
  }

  #add(...parts: readonly Buffer[]): this {
    for (const part of parts) {
      this.#parts.push(part);
      this.#length += part.length;
    }
    return this;
  }
}

function varint(value: number): Buffer {
  if (value >= 0 && value < 128) return Buffer.from([value]);
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/** What a decoder does with a field: a number for varints, the content for bytes. Fields it does not know are skipped. */
export interface FieldSink {
  int?(field: number, value: number): void;
  bytes?(field: number, value: Buffer): void;
}

/** Walks over the fields of a message. Numbers beyond 2⁵³ lose their last bits: only ids are that large. */
export function readMessage(message: Buffer, sink: FieldSink): void {
  let at = 0;
  const varintAt = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = message[at];
      if (byte === undefined) throw new Error('a message of etcd ends in the middle of a number');
      at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < message.length) {
    const tag = varintAt();
    const field = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0: {
        const value = varintAt();
        sink.int?.(field, value);
        break;
      }
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varintAt();
        if (at + length > message.length) throw new Error('a message of etcd ends in the middle of a field');
        sink.bytes?.(field, message.subarray(at, at + length));
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new Error(`a message of etcd has a field of an unknown form (${tag % 8})`);
    }
  }
}
