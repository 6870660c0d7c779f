import type { ArtifactRecord, MetricRecord, StageRunRecord } from '../../types/generated/stage-run.ts';
import type { Json } from '../../types/json.ts';
import { type Leaf, leavesOf, nameOf, textOf } from '../leaves.ts';
import { type Entity, entity, localId, type Reference, refer } from './entity.ts';

/** A slot of a tool, and what filled it: RO-Crate's formal parameter and the value or file that realizes it. */
export interface Slot {
  readonly parameter: Entity;
  readonly value: Entity;
}

/** The params of a stage, each setting a slot. */
export const paramSlots = (stage: string, { fields }: StageRunRecord): readonly Slot[] =>
  leavesOf((fields['params'] ?? {}) as Json)
    .filter(({ path }) => path.length > 0)
    .map((leaf) => paramSlot(['param', stage, nameOf(leaf.path)], `${stage}.${nameOf(leaf.path)}`, leaf));

export const seedSlot = (seed: number): Slot => paramSlot(['param', 'seed'], 'seed', { path: ['seed'], value: seed });

const paramSlot = (words: readonly string[], name: string, { value }: Leaf): Slot => {
  const parameter = entity({
    '@id': localId(...words),
    '@type': 'FormalParameter',
    additionalType: typeOf(value),
    name,
  });
  const scalar = typeof value === 'number' || typeof value === 'boolean' ? value : textOf(value);
  return { parameter, value: propertyValue(['value', ...words], { name, value: scalar, of: parameter }) };
};

const typeOf = (value: Json): string => {
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return Number.isInteger(value) ? 'Integer' : 'Float';
  return typeof value === 'string' ? 'Text' : 'PropertyValue';
};

/** Declared variables of the environment; one that was not set is a slot without a value. */
export const environmentSlots = (
  stage: string,
  { fields }: StageRunRecord,
): readonly { readonly parameter: Entity; readonly value?: Entity }[] =>
  Object.entries((fields['env'] ?? {}) as Readonly<Record<string, string | null>>).map(([name, value]) => {
    const words = ['environment', stage, name];
    const parameter = entity({ '@id': localId(...words), '@type': 'FormalParameter', additionalType: 'Text', name });
    return value === null
      ? { parameter }
      : { parameter, value: propertyValue(['value', ...words], { name, value, of: parameter }) };
  });

/** The slot of a dep or out. */
export const artifactParameter = (side: 'input' | 'output', stage: string, { name, kind }: ArtifactRecord): Entity =>
  entity({
    '@id': localId(side, stage, name),
    '@type': 'FormalParameter',
    additionalType: kind === 'folder' ? 'Dataset' : 'File',
    name: `${stage}.${name}`,
  });

export const metricEntities = (stage: string, { metrics }: StageRunRecord): readonly Entity[] =>
  Object.entries(metrics).map(([name, metric]) => metricEntity(stage, name, metric));

const metricEntity = (stage: string, name: string, metric: MetricRecord): Entity => {
  const { value, low, high } = typeof metric === 'number' ? { value: metric } : metric;
  return entity({
    '@id': localId('metric', stage, name),
    '@type': 'PropertyValue',
    name: `${stage}.${name}`,
    value,
    // The bounds of its confidence interval.
    minValue: low,
    maxValue: high,
  });
};

const propertyValue = (
  words: readonly string[],
  { name, value, of }: { readonly name: string; readonly value: string | number | boolean; readonly of: Reference },
): Entity => entity({ '@id': localId(...words), '@type': 'PropertyValue', name, value, exampleOfWork: refer(of) });
