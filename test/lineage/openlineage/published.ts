import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const repository = join(import.meta.dirname, '../../..');

/** OpenLineage's published schemas: our copies of those that we use, and all of them where they lie beside the checkout. */
export const publishedFolders: readonly string[] = [
  join(repository, 'test/fixtures/openlineage'),
  ...['..', '../..']
    .map((up) => join(repository, up, 'shared/data/openlineage'))
    .filter((folder) => existsSync(folder)),
];

const ownSchemas = join(repository, 'schemas/openlineage');

/** Everything in an event that is not as its schema says: the event itself, and each facet in it. */
export const problemsWith = (folder: string): ((event: unknown) => string[]) => {
  const ajv = ajvWith(folder);
  const validate = ajv.getSchema('https://openlineage.io/spec/2-0-2/OpenLineage.json')!;
  return (event) => [
    ...errorsOf('event', validate, event),
    ...facetsIn(event).flatMap(({ key, facet }) => facetProblems(ajv, key, facet)),
  ];
};

const ajvWith = (folder: string): Ajv2020 => {
  // The schemas hold words of their own, as `example`.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('uuid', /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  ajv.addFormat('uri', (text) => URL.canParse(text) && /^[\x21-\x7e]+$/.test(text));
  const facets = readdirSync(join(folder, 'facets')).map((name) => join(folder, 'facets', name));
  const own = readdirSync(ownSchemas).map((name) => join(ownSchemas, name));
  for (const file of [join(folder, 'OpenLineage.json'), ...facets, ...own])
    ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object);
  return ajv;
};

interface Facet {
  readonly _schemaURL: string;
}

/** A facet has to be as the schema says that it names, and to stand under the key that that schema gives it. */
const facetProblems = (ajv: Ajv2020, key: string, facet: Facet): string[] => {
  // Our own schemas lie in the package: the version is the package's.
  const url = facet._schemaURL.replace(/^(pkg:npm\/stemma)@[^?]*/, '$1');
  const validate = ajv.getSchema(url);
  if (validate === undefined) return [`${key}: there is no schema ${url}`];
  const whole = ajv.getSchema(url.split('#')[0]!)!;
  return [...errorsOf(key, validate, facet), ...errorsOf(key, whole, { [key]: facet }), ...keyProblems(whole, key)];
};

const keyProblems = ({ schema }: ValidateFunction, key: string): string[] =>
  key in (schema as { readonly properties: object }).properties ? [] : [`${key} is not a key of its schema`];

const errorsOf = (what: string, validate: ValidateFunction, value: unknown): string[] => {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${what}${instancePath} ${message}`);
};

export const facetsIn = (value: unknown): { readonly key: string; readonly facet: Facet }[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const isFacet = typeof inner === 'object' && inner !== null && '_schemaURL' in inner;
    return isFacet ? [{ key, facet: inner as Facet }] : facetsIn(inner);
  });
};
