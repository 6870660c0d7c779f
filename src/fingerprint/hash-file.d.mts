/** A row a file: five numbers (device, inode, size, mtime, ctime), and 32 bytes of SHA-256. */
export interface Rows {
  readonly readings: Float64Array;
  readonly digests: Uint8Array;
}

/** Fills a row, and returns the file's size in bytes. Throws the file system's error. */
export declare const hashInto: (path: string, rows: Rows, row: number) => number;
