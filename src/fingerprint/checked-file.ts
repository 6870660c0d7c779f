import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { digestOf } from './canonical.ts';
import { replaceFile } from './replace-file.ts';

/** A file whose first line is the digest of the rest. Undefined where it is absent, torn or altered. */
export const readChecked = (file: string): Buffer | undefined => {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch {
    return undefined;
  }
  const body = content.subarray(lineLength);
  return content.toString('latin1', 0, lineLength) === `${digestOf(body)}\n` ? body : undefined;
};

export const writeChecked = (file: string, body: Buffer): void => {
  mkdirSync(dirname(file), { recursive: true });
  replaceFile(file, Buffer.concat([Buffer.from(`${digestOf(body)}\n`), body]));
};

const lineLength = 'sha256:'.length + 64 + 1;
