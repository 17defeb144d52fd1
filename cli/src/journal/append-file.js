import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

const { O_CREAT, O_EXCL, O_RDWR } = constants;
/** Neither exists on Windows. */
const O_NOFOLLOW = constants.O_NOFOLLOW ?? 0;

/** Only the owner may read it: it has ids, emails or tickets. */
const MODE = 0o600;
const NEWLINE = 0x0a;
const BLOCK = 65_536;

/** A file of lines that only grows. A line is either whole or is cut off again. */
export class AppendFile {
  #descriptor;
  #size;
  #isSynced = true;
  /** @type {unknown} */
  #failure;

  /** @param {number} descriptor */
  constructor(descriptor) {
    this.#descriptor = descriptor;
    this.#size = fstatSync(descriptor).size;
  }

  /**
   * @param {string} path
   * @throws {NodeJS.ErrnoException} `EEXIST`
   */
  static create(path) {
    const file = new AppendFile(openSync(path, O_RDWR | O_CREAT | O_EXCL, MODE));
    syncFolder(dirname(path));
    return file;
  }

  /** @param {string} path */
  static open(path) {
    const descriptor = openSync(path, O_RDWR | O_NOFOLLOW);
    fchmodSync(descriptor, MODE);
    return new AppendFile(descriptor);
  }

  get isEmpty() {
    return this.#size === 0;
  }

  /**
   * Cuts off a last line that a kill or a power failure left unfinished.
   * @returns {number} how many bytes were cut off
   */
  repair() {
    const end = this.#endOfLastLine();
    const excess = this.#size - end;
    if (excess > 0) this.#truncate(end);
    return excess;
  }

  /**
   * Returns once the operating system has the line, which outlives the process. After a failure nothing is written any
   * more, since the next line could not follow the last one.
   * @param {string} line
   */
  write(line) {
    if (this.#failure) throw this.#failure;
    try {
      this.#writeAll(Buffer.from(`${line}\n`));
    } catch (error) {
      this.fail(error);
      this.#truncate(this.#size);
      throw error;
    }
  }

  /**
   * From now on every write throws this error.
   * @param {unknown} error
   */
  fail(error) {
    this.#failure ??= error;
  }

  /** Returns once the lines are on the disk, and outlive a power failure. */
  sync() {
    if (this.#isSynced) return;
    fsyncSync(this.#descriptor);
    this.#isSynced = true;
  }

  close() {
    try {
      this.sync();
    } finally {
      closeSync(this.#descriptor);
    }
  }

  /** @param {Buffer} bytes */
  #writeAll(bytes) {
    this.#isSynced = false;
    let written = 0;
    while (written < bytes.length) {
      const position = this.#size + written;
      written += writeSync(this.#descriptor, bytes, written, bytes.length - written, position);
    }
    this.#size += written;
  }

  /** @param {number} size */
  #truncate(size) {
    ftruncateSync(this.#descriptor, size);
    this.#size = size;
    this.#isSynced = false;
  }

  #endOfLastLine() {
    const block = Buffer.alloc(BLOCK);
    for (let end = this.#size; end > 0; ) {
      const start = Math.max(0, end - BLOCK);
      const read = readSync(this.#descriptor, block, 0, end - start, start);
      const newline = block.subarray(0, read).lastIndexOf(NEWLINE);
      if (newline !== -1) return start + newline + 1;
      end = start;
    }
    return 0;
  }
}

/**
 * A new file survives a power failure only if its folder does. Windows cannot open folders, and needs no such step.
 * @param {string} folder
 */
function syncFolder(folder) {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
