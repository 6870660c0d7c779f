import { asText, type Texts } from './cells.ts';
import type { Mapped } from './params.ts';

/** Replaces the values that a mapping names; all others, and missing ones, stay. */
export const mapTexts = (texts: Texts, mapping: Readonly<Record<string, Mapped>>): Texts => {
  const entries = new Map(Object.entries(mapping));
  return texts.map((text) => {
    const mapped = text === null ? undefined : entries.get(text);
    return mapped === undefined ? text : asText(mapped);
  });
};
