import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Puts a text in a file's place whole or not at all: a reader sees the old content or the new one.
 * Not flushed to the disk: for what can be made again. See `writeDurably` for what cannot.
 */
export const replaceFile = (file: string, data: string | Uint8Array): void => place(file, data, { flush: false });

/** As `replaceFile`, and on the disk before it returns: content, then name. Creates the parent folder. */
export const writeDurably = (file: string, data: string | Uint8Array): void => {
  mkdirSync(dirname(file), { recursive: true });
  place(file, data, { flush: true });
  flushFolder(dirname(file));
};

/** Makes names that were put into a folder survive a loss of power. */
export const flushFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

let counter = 0;

/** A name beside `file` that no other process takes. Leftovers of a killed process are swept by their `.tmp-`. */
export const temporaryName = (file: string): string => `${file}.tmp-${process.pid}-${counter++}`;

const place = (file: string, data: string | Uint8Array, options: { flush: boolean }): void => {
  const temporary = temporaryName(file);
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  try {
    const handle = openSync(temporary, 'wx');
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      if (options.flush) fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
};
