import { randomInt } from 'node:crypto';
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

/**
 * A name beside `file` that nobody else takes, nor has taken: in a container every run can have the same process
 * number. What a killed process leaves behind is known by `temporaryOwner`.
 */
export const temporaryName = (file: string): string => `${file}.tmp-${process.pid}-${counter++}`;

let counter = randomInt(2 ** 40);

/** The number of the process that gave a temporary name; undefined where a name is none. */
export const temporaryOwner = (name: string): number | undefined => {
  const found = /\.tmp-(\d+)-\d+$/.exec(name);
  return found === null ? undefined : Number(found[1]);
};

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
