import { posix } from 'node:path';
import published from './published.json' with { type: 'json' };

// What MLflow has published of its requests, to hold ours against: names and types of fields, and limits.

const messages: Readonly<Record<string, Readonly<Record<string, string>>>> = published.messages;
const enums: Readonly<Record<string, readonly string[]>> = published.enums;
const { limits } = published;

/** What is wrong with a request, as `runs/log-batch` and its body: nothing, where all is as published. */
export const problemsOf = (endpoint: string, body: Readonly<Record<string, unknown>>): string[] => {
  const name = (published.endpoints as Readonly<Record<string, string>>)[endpoint];
  if (name === undefined) return [`there is no ${endpoint}`];
  const wrong = fieldProblems(body, name);
  return wrong.length > 0 || name !== 'LogBatch' ? wrong : batchProblems(body as unknown as Batch);
};

const fieldProblems = (value: Readonly<Record<string, unknown>>, name: string): string[] =>
  Object.entries(value).flatMap(([key, each]) => {
    const type = messages[name]![key];
    if (type === undefined) return [`${name} has no ${key}`];
    if (!type.endsWith('[]')) return valueProblems(each, type, `${name}.${key}`);
    if (!Array.isArray(each)) return [`${name}.${key} is no list`];
    return each.flatMap((item) => valueProblems(item, type.slice(0, -2), `${name}.${key}`));
  });

const valueProblems = (value: unknown, type: string, place: string): string[] => {
  if (type in messages)
    return value !== null && typeof value === 'object'
      ? fieldProblems(value as Readonly<Record<string, unknown>>, type)
      : [`${place} is no ${type}`];
  return isOf(value, type) ? [] : [`${place} is no ${type}: ${JSON.stringify(value)}`];
};

/** Protobuf's JSON: of a double, three texts are numbers too. */
const isOf = (value: unknown, type: string): boolean => {
  if (type in enums) return enums[type]!.includes(value as string);
  if (type === 'string') return typeof value === 'string';
  if (type === 'double') return Number.isFinite(value) || ['NaN', 'Infinity', '-Infinity'].includes(value as string);
  return Number.isSafeInteger(value);
};

interface Batch {
  readonly metrics?: readonly { readonly key: string; readonly timestamp: number }[];
  readonly params?: readonly { readonly key: string; readonly value: string }[];
  readonly tags?: readonly { readonly key: string; readonly value: string }[];
}

const batchProblems = (body: Batch): string[] => {
  const { metrics = [], params = [], tags = [] } = body;
  const all = metrics.length + params.length + tags.length;
  const names = [...metrics, ...params, ...tags].map(({ key }) => key);
  return [
    ...over('metrics', metrics.length, limits.metrics),
    ...over('params', params.length, limits.params),
    ...over('tags', tags.length, limits.tags),
    ...over('entities', all, limits.entities),
    ...over('bytes', Buffer.byteLength(JSON.stringify(body)), limits.body),
    ...names.flatMap(nameProblems),
    ...params.flatMap(({ key, value }) => over(`characters in ${key}`, [...value].length, limits.param)),
    ...tags.flatMap(({ key, value }) => over(`characters in ${key}`, [...value].length, limits.tag)),
    ...(new Set(params.map(({ key }) => key)).size === params.length ? [] : ['a param twice']),
    ...metrics.flatMap(({ key, timestamp }) => (timestamp >= 0 ? [] : [`${key} is of before 1970`])),
  ];
};

const over = (what: string, count: number, limit: number): string[] =>
  count > limit ? [`${count} ${what}, at most ${limit}`] : [];

const allowed = new RegExp(published.name);

/** What `_validate_param_name`, `_validate_metric_name` and `_validate_tag_name` ask for. */
export const nameProblems = (name: string): string[] => {
  const path = posix.normalize(name);
  const leads = path !== name || path === '.' || path.startsWith('..') || path.startsWith('/');
  return [
    ...(allowed.test(name) ? [] : [`${JSON.stringify(name)} holds other characters`]),
    ...(leads ? [`${name} leads to ${path}`] : []),
    ...over(`characters in ${name}`, name.length, limits.key),
  ];
};
