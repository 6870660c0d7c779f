import { readFileSync, rmSync, statSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { replaceFile } from '../../fingerprint/replace-file.ts';

/** What has been downloaded so far: a file, and beside it a note on which version of the server's file it is of. */
export interface Part {
  /** Absolute path; the note is `<file>.json`. */
  readonly file: string;
}

/** What `If-Range` asks the server by: without one of these nobody can tell whether the rest belongs to the beginning. */
export interface Validators {
  readonly etag?: string;
  readonly modified?: string;
}

/** How many bytes are there to go on from, and with what. 0 where the download has to begin anew. */
export const resumable = (part: Part): { readonly bytes: number; readonly validator?: string } => {
  const { etag, modified } = readNote(part);
  const validator = etag ?? modified;
  const bytes = statSync(part.file, { throwIfNoEntry: false })?.size ?? 0;
  return validator === undefined || bytes === 0 ? { bytes: 0 } : { bytes, validator };
};

/** Written before the first byte: a part without a note is not gone on with. */
export const noteValidators = (part: Part, headers: IncomingHttpHeaders): void =>
  replaceFile(noteOf(part), JSON.stringify(validatorsIn(headers)));

/** A weak etag stands for files that differ in bytes: RFC 9110 (13.1.5) forbids it in `If-Range`. */
const validatorsIn = ({ etag, 'last-modified': modified }: IncomingHttpHeaders): Validators => ({
  ...(etag !== undefined && !etag.startsWith('W/') && { etag }),
  ...(modified !== undefined && { modified }),
});

export const removePart = (part: Part): void => {
  rmSync(noteOf(part), { force: true });
  rmSync(part.file, { force: true });
};

const noteOf = ({ file }: Part): string => `${file}.json`;

/** What a killed process left there, or anybody else: anything but two texts counts as no note. */
const readNote = (part: Part): Validators => {
  try {
    const note = JSON.parse(readFileSync(noteOf(part), 'utf8')) as Record<string, unknown> | null;
    const { etag, modified } = note ?? {};
    return { ...(isHeader(etag) && { etag }), ...(isHeader(modified) && { modified }) };
  } catch {
    return {};
  }
};

/** What Node sends as the value of a header. */
const isHeader = (value: unknown): value is string => typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
