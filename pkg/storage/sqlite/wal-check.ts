/**
 * SQLite reads its write-ahead log up to the first frame whose checksum is wrong and forgets the rest. After a crash
 * that is right: the torn frames belong to a commit nobody was told about. It is wrong when a frame in the middle has
 * rotted: then acknowledged commits behind it vanish without a word (F41, F42). This file tells the two apart.
 *
 * Frames of one commit reach the disk in any order, but no frame of the next commit is written before the fsync of
 * this one. So if behind the first wrong frame there is a commit mark and behind that a right frame of the same log,
 * the wrong frame had been on the disk and was damaged there.
 *
 * Each frame's checksum continues that of the frame before, so a right frame behind a wrong one is found by starting
 * from the checksum that the wrong one carries.
 */
export interface WalDamage {
  /** Byte offset in the log of what is damaged. */
  readonly offset: number;
}

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC = 0x377f0682;

/** Damage in the middle of a write-ahead log; undefined for a whole log and for one with a torn end. */
export function findWalDamage(wal: Uint8Array, pageBytes: number): WalDamage | undefined {
  const view = new DataView(wal.buffer, wal.byteOffset, wal.byteLength);
  const frames = Math.floor((wal.byteLength - HEADER_BYTES) / (FRAME_HEADER_BYTES + pageBytes));
  if (frames < 1) return undefined;

  // The low bit of the magic number says in which byte order the checksums were made; a wrong header may lie.
  const littleEndian = (view.getUint32(0) & 1) === 0;
  const log = new Log(view, pageBytes, littleEndian);
  if (!log.headerRight()) {
    const readings = [log, new Log(view, pageBytes, !littleEndian)];
    return readings.some((reading) => hasLaterCommit(reading, 0, frames, log.salt(0))) ? { offset: 0 } : undefined;
  }
  let wrong = 0;
  while (wrong < frames && log.frameRight(wrong, log.headerSalt)) wrong += 1;
  return hasLaterCommit(log, wrong, frames, log.headerSalt) ? { offset: log.start(wrong) } : undefined;
}

/** Whether a commit ends at or behind the wrong frame and a right frame lies behind that. */
function hasLaterCommit(log: Log, wrong: number, frames: number, salt: bigint): boolean {
  let committed = false;
  for (let frame = wrong; frame < frames; frame += 1) {
    if (log.salt(frame) !== salt) continue;
    if (committed && log.frameRight(frame, salt)) return true;
    if (log.isCommit(frame)) committed = true;
  }
  return false;
}

class Log {
  readonly #view: DataView;
  readonly #pageBytes: number;
  readonly #littleEndian: boolean;

  constructor(view: DataView, pageBytes: number, littleEndian: boolean) {
    this.#view = view;
    this.#pageBytes = pageBytes;
    this.#littleEndian = littleEndian;
  }

  get headerSalt(): bigint {
    return this.#view.getBigUint64(16);
  }

  headerRight(): boolean {
    const magicRight = (this.#view.getUint32(0) & ~1) === MAGIC;
    return (
      magicRight && this.#view.getUint32(8) === this.#pageBytes && this.#sum(0, 24, 0n) === this.#view.getBigUint64(24)
    );
  }

  salt(frame: number): bigint {
    return this.#view.getBigUint64(this.start(frame) + 8);
  }

  /** The last frame of a commit carries the size of the database after it. */
  isCommit(frame: number): boolean {
    return this.#view.getUint32(this.start(frame) + 4) !== 0;
  }

  /** Whether the frame continues the checksum that stands before it. */
  frameRight(frame: number, salt: bigint): boolean {
    const start = this.start(frame);
    const before = frame === 0 ? this.#view.getBigUint64(24) : this.#view.getBigUint64(this.start(frame - 1) + 16);
    if (this.salt(frame) !== salt) return false;
    const header = this.#sum(start, 8, before);
    return this.#sum(start + FRAME_HEADER_BYTES, this.#pageBytes, header) === this.#view.getBigUint64(start + 16);
  }

  /** Byte offset of the frame. */
  start(frame: number): number {
    return HEADER_BYTES + frame * (FRAME_HEADER_BYTES + this.#pageBytes);
  }

  #sum(offset: number, bytes: number, seed: bigint): bigint {
    let first = Number(seed >> 32n);
    let second = Number(seed & 0xffff_ffffn);
    for (let at = offset; at < offset + bytes; at += 8) {
      first = (first + this.#view.getUint32(at, this.#littleEndian) + second) >>> 0;
      second = (second + this.#view.getUint32(at + 4, this.#littleEndian) + first) >>> 0;
    }
    return (BigInt(first) << 32n) | BigInt(second);
  }
}
