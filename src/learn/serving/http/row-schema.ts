import type { RawTensor, RawValues } from '../../../types/generated/dataset.ts';
import type { FittedStep } from '../../../types/generated/fitted.ts';
import type { JsonObject } from '../../../types/json.ts';
import { grouped } from '../../data/words.ts';
import { needsValue } from '../needs-value.ts';
import type { Wanted } from '../raw-query.ts';
import type { Windowing } from '../series.ts';
import type { Servable } from '../servable.ts';
import { takesImages } from '../tensor-rows.ts';
import { responseSchema } from './response-schema.ts';

/**
 * JSON Schema of a row as the model takes it. It says what can be said of one cell; what the rules of clean let pass is
 * known by asking. Beside it, as `$defs/response`, that of what comes back.
 */
export const rowSchema = (servable: Servable): JsonObject => {
  const { input, card } = servable;
  const header = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `A row whose ${card.target} is asked for`,
    type: 'object',
    $defs: { response: responseSchema(servable) },
  };
  if (input.kind === 'tensor') {
    const { column } = input;
    const { name, shape } = column;
    const images = takesImages(input.column) ? ' Or send the image itself, as image/png or image/jpeg.' : '';
    const sounds = servable.raw.sounds === undefined ? '' : ' Or send the sound itself, as audio/wav.';
    return {
      ...header,
      description: `One tensor of ${shape.join(' × ')} elements, as nested lists or as one list.${images}${sounds}`,
      properties: { [name]: tensorSchema(column) },
      required: [name],
    };
  }
  const { wanted, tensors } = input;
  const { documents } = servable.raw;
  const past = wanted.some(({ name }) => name === card.target);
  return {
    ...header,
    ...(servable.windowing !== undefined && { description: ofSeries(servable.windowing) }),
    ...(documents !== undefined && { description: ofFiles[documents.format] }),
    properties: Object.fromEntries([
      ...wanted.map((column) => [column.name, cellSchema(column, servable)]),
      ...tensors.map((column) => [column.name, { description: told(column), ...tensorSchema(column) }]),
      ...(past ? [] : [[card.target, { description: 'The answer, if it is known: it is not looked at.' }] as const]),
    ]),
    required: [...wanted.filter(({ optional }) => !optional), ...tensors].map(({ name }) => name),
    additionalProperties: false,
  };
};

const ofFiles = {
  texts: 'A row in JSON; or send the text itself, as text/plain.',
  emails: 'A row in JSON; or send the e-mail itself, as message/rfc822.',
} as const;

const ofSeries = ({ params: { steps, by, time } }: Windowing): string =>
  [
    `A row of a series: send ${grouped(steps)} of them at least, in their order, and there is an answer at each that ends ${grouped(steps)}.`,
    ...(by === undefined ? [] : [`Those of one "${by}" stand together.`]),
    ...(time === undefined ? [] : [`"${time}" rises.`]),
  ].join(' ');

const tensorSchema = ({ dtype, shape }: RawTensor): JsonObject => ({
  type: 'array',
  'x-shape': [...shape],
  'x-dtype': dtype,
});

const told = ({ shape }: RawTensor): string => `${shape.join(' × ')} elements, as nested lists or as one list.`;

const cellSchema = (column: Wanted, servable: Servable): JsonObject => {
  const { name, kind } = column;
  if (column.optional) return unreadSchema(column, servable);
  const isRuled = servable.raw.clean.some((rules) => ruledBy(name, rules));
  const labels = kind === 'category' && !isRuled ? labelsOf(column, servable) : undefined;
  const gap = !needsValue(column, servable);
  const isList = column.words === 'arrays';
  return {
    ...(labels === undefined
      ? { type: [...(isList ? ['array'] : types(kind)), ...(gap ? ['null'] : [])] }
      : { enum: [...labels, ...(gap ? [null] : [])] }),
    ...(kind === 'date' && { format: column.time === true ? 'date-time' : 'date' }),
    ...(isList && { items: { type: 'string' } }),
    ...bounds(column),
    ...(isRuled && { description: 'The rules of clean change or refuse some values.' }),
  };
};

/** Of a column that nothing comes of. */
const unreadSchema = ({ name, words }: Wanted, { raw }: Servable): JsonObject => {
  const isRuled = raw.clean.some(({ rows }) => rows.some(({ column }) => column === name));
  return {
    type: [...(words === 'arrays' ? ['array'] : []), 'string', 'number', 'boolean', 'null'],
    description: isRuled
      ? 'It may be absent; where it is there, a rule of clean refuses the rows of some values.'
      : 'What it has, or lacks, does not matter.',
  };
};

/** A label that is a number in the source may be one here. */
const types = (kind: RawValues['kind']): string[] =>
  kind === 'number' ? ['number'] : kind === 'category' ? ['string', 'number', 'boolean'] : ['string'];

const bounds = ({ rules = {} }: RawValues): JsonObject => ({
  ...(typeof rules.min === 'number' && { minimum: rules.min }),
  ...(typeof rules.max === 'number' && { maximum: rules.max }),
});

/** Labels that train had, where a fitted step says so. */
const labelsOf = ({ name }: Wanted, { fitted }: Servable): readonly string[] | undefined => {
  for (const step of fitted?.steps ?? []) {
    const known = labelsIn(step, name);
    if (known !== undefined) return known;
  }
  return undefined;
};

const labelsIn = (step: FittedStep, name: string): readonly string[] | undefined => {
  if (step.stage !== 'normalize') return undefined;
  const feature = step.features.find((each) => each.name === name);
  if (feature?.kind !== 'category' || feature.method === 'hashed') return undefined;
  return [...feature.categories.map(({ label }) => label), ...(feature.rare?.labels ?? [])];
};

const ruledBy = (name: string, { rows, missing: _, ...rules }: Servable['raw']['clean'][number]): boolean =>
  rows.some(({ column }) => column === name) || Object.values(rules).some((rule) => Object.hasOwn(rule, name));
