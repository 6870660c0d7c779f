import { readFileSync } from 'node:fs';
import { type ManifestEntry, parseManifest } from '../fingerprint/manifest.ts';
import type { Survey } from './survey.ts';

/** Manifests of recorded folders, as far as the store has them whole. */
export interface StoredManifests {
  text(digest: string): string | undefined;
  entries(digest: string): readonly ManifestEntry[] | undefined;
}

/** `sound`: names of the content that has the digest that names it. */
export const storedManifests = ({ contents }: Survey, sound: ReadonlySet<string>): StoredManifests => {
  const parsed = new Map<string, readonly ManifestEntry[] | undefined>();
  const text = (digest: string): string | undefined =>
    sound.has(digest.slice(7)) ? readFileSync(contents.get(digest.slice(7))!, 'utf8') : undefined;
  return {
    text,
    entries: (digest) => {
      if (!parsed.has(digest)) parsed.set(digest, parse(text(digest)));
      return parsed.get(digest);
    },
  };
};

const parse = (text: string | undefined): readonly ManifestEntry[] | undefined => {
  try {
    return text === undefined ? undefined : parseManifest(text);
  } catch {
    return undefined;
  }
};
