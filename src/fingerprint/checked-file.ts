import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Digest, digestOf } from './canonical.ts';
import { replaceFile } from './replace-file.ts';

/** A file whose first line is the digest of the rest. Undefined where it is absent, torn or altered. */
export const readChecked = (file: string): Buffer | undefined => readWithDigest(file)?.body;

/** As `readChecked`, with the digest that the first line tells. */
export const readWithDigest = (file: string): { readonly body: Buffer; readonly digest: Digest } | undefined => {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch {
    return undefined;
  }
  const body = content.subarray(lineLength);
  const digest = digestOf(body);
  return content.toString('latin1', 0, lineLength) === `${digest}\n` ? { body, digest } : undefined;
};

/** Returns the digest that the file's first line tells. */
export const writeChecked = (file: string, body: Buffer): Digest => {
  mkdirSync(dirname(file), { recursive: true });
  const digest = digestOf(body);
  replaceFile(file, Buffer.concat([Buffer.from(`${digest}\n`), body]));
  return digest;
};

const lineLength = 'sha256:'.length + 64 + 1;
