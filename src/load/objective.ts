import { closest, suggest } from '../diagnostics/suggest.ts';
import type { Json } from '../types/json.ts';
import { stagesOf } from './drafts.ts';
import { keyAt, valueAt } from './finding.ts';
import { isRecord } from './is-record.ts';
import type { Resolving } from './resolving.ts';

/**
 * Whether anything in the pipeline can measure what it is after, before hours are spent on it: a misspelt metric, and a mode
 * that calls the worst the best, are told here. A stage of the user's own that reads what others made may measure anything.
 */
export const checkObjective = (resolving: Resolving): void => {
  const { document, isSound, report } = resolving;
  const objective = isRecord(document.value) ? document.value['objective'] : undefined;
  const modes = modesIn(resolving);
  if (!isRecord(objective) || !isSound('objective') || modes.size === 0) return;
  const { metric, mode, subject_to: bounds = {} } = objective as unknown as ObjectiveJson;
  const hintFor = (name: string): string | undefined => suggest(name, modes.keys(), 'metrics that the stages measure');
  const isMeasured = (name: string): boolean =>
    measuredAs(name, modes, document.value) !== undefined ||
    (!closest(name, modes.keys()) && hasJudgeOfItsOwn(resolving));
  const spots = [
    { name: metric, spot: valueAt(document, 'objective', 'metric') },
    ...Object.keys(bounds).map((name) => ({ name, spot: keyAt(document, 'objective', 'subject_to', name) })),
  ];
  for (const { name, spot } of spots)
    if (!isMeasured(name))
      report({ code: 'unknown-metric', message: `no stage measures "${name}"`, hint: hintFor(name), spot });
  const known = measuredAs(metric, modes, document.value);
  if (known !== undefined && known !== mode)
    report({
      code: 'contrary-mode',
      message: `${known === 'max' ? 'more' : 'less'} of "${metric}" is better, and the objective's mode is "${mode}"`,
      hint: `write "${known}"`,
      spot: valueAt(document, 'objective', 'mode'),
    });
};

type Mode = 'min' | 'max';

interface ObjectiveJson {
  readonly metric: string;
  readonly mode: Mode;
  readonly subject_to?: Readonly<Record<string, unknown>>;
}

/** Which way is better, by the metrics that the pipeline's stage types say they can be after. */
const modesIn = ({ types }: Resolving): ReadonlyMap<string, Mode> => {
  const modes = new Map<string, Mode>();
  for (const { declaration } of types.values()) {
    if (!isRecord(declaration.objective)) continue;
    for (const mode of ['max', 'min'] as const)
      for (const name of declaration.objective[mode] ?? []) modes.set(name, mode);
  }
  return modes;
};

/**
 * The mode of a metric, or of one of several targets, as `Species_accuracy`: that is one where the pipeline speaks of such a
 * target, or where no metric is spelt nearly so.
 */
const measuredAs = (name: string, modes: ReadonlyMap<string, Mode>, pipeline: Json): Mode | undefined => {
  const plain = modes.get(name);
  if (plain !== undefined) return plain;
  for (let end = name.indexOf('_'); end > 0; end = name.indexOf('_', end + 1)) {
    const mode = modes.get(name.slice(end + 1));
    if (mode === undefined) continue;
    if (speaksOf(pipeline, name.slice(0, end)) || closest(name, modes.keys()) === undefined) return mode;
  }
  return undefined;
};

const speaksOf = (json: Json | undefined, word: string): boolean => {
  if (typeof json === 'string') return json === word;
  if (json === null || typeof json !== 'object') return false;
  return Object.values(json).some((value) => speaksOf(value, word));
};

/** A command, or a stage type that does not say what it measures, that reads an out of another stage. */
const hasJudgeOfItsOwn = ({ document, drafts }: Resolving): boolean => {
  const names = new Set(Object.keys(stagesOf(document)));
  const readsStage = (dep: unknown): boolean => typeof dep === 'string' && names.has(dep.split('.')[0]!);
  return [...drafts.values()].some(
    ({ kind, type, json }) =>
      (kind === 'command' || type?.declaration.objective === true) &&
      type?.declaration.verdict !== true &&
      Object.values(isRecord(json.deps) ? json.deps : {}).some(readsStage),
  );
};
