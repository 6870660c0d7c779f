/** A node of the flattened JSON-LD that an RO-Crate is. */
export interface Entity {
  readonly '@id': string;
  readonly '@type': string | readonly string[];
  readonly [property: string]: unknown;
}

export interface Reference {
  readonly '@id': string;
}

export const refer = ({ '@id': id }: Reference): Reference => ({ '@id': id });

export const referAll = (entities: Iterable<Reference>): readonly Reference[] => {
  const ids = new Set([...entities].map((entity) => entity['@id']));
  return [...ids].map((id) => ({ '@id': id }));
};

/** An entity without the properties that have nothing to say. */
export const entity = (properties: Entity): Entity =>
  Object.fromEntries(
    Object.entries(properties).filter(
      ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
    ),
  ) as unknown as Entity;

/** Each id once, as it was first described. */
export const distinct = (entities: readonly Entity[]): readonly Entity[] =>
  [...new Map([...entities].reverse().map((each) => [each['@id'], each])).values()].reverse();

/**
 * The id of a file or folder in the crate: its path as a relative reference. Letters of any script stay, as RO-Crate
 * asks for; whatever else could be read as something other than a part of a path is escaped.
 */
export const pathId = (path: string, kind: 'file' | 'folder' = 'file'): string =>
  path.split('/').map(escapeSegment).join('/') + (kind === 'folder' ? '/' : '');

/** The id of something that is no file: `#step/train`. */
export const localId = (...words: readonly string[]): string => `#${words.map(escapeSegment).join('/')}`;

const escapeSegment = (segment: string): string => segment.replace(/[^\w.~\p{L}\p{N}-]/gu, escapeCharacter);

const escapeCharacter = (character: string): string => {
  // Half a character, as a name that is no UTF-8 may hold, is none that a URI can.
  if (/\p{Cs}/u.test(character)) return '%EF%BF%BD';
  return encodeURIComponent(character).replace(
    /[!'()*]/g,
    (kept) => `%${kept.charCodeAt(0).toString(16).toUpperCase()}`,
  );
};
