import type { Examples } from '../../data/examples.ts';
import { taggedOf } from '../../data/tagged.ts';
import type { TargetPart } from '../../data/target-parts.ts';
import { withTarget } from '../../data/with-target.ts';
import type { Task } from '../tasks.ts';
import { clean, found, type Outcome } from './subject.ts';

/** Holds the targets of train against the classes, and the network's outputs against the task. Needs no backend. */
export const checkLabels = (
  examples: Pick<Examples, 'target' | 'classes'> | Examples,
  { task, outputs }: { readonly task: Pick<Task, 'outputs'>; readonly outputs: readonly (number | null)[] },
): Outcome => {
  const { target, classes } = examples;
  const units = outputs.at(-1) ?? 0;
  if (units !== task.outputs)
    return found('labels', 'the units of the head', {
      severity: 'error',
      message: `the network has ${units} outputs, and the task needs ${task.outputs}`,
      evidence: { outputs: units, needed: task.outputs },
      remedy: classes === null ? 'a head with one unit' : 'a head with a unit for each class',
    });
  if ('targets' in examples && examples.targets !== undefined) return checkTargets(examples, examples.targets);
  return classes === null ? checkNumbers(target) : checkClasses(target, classes);
};

/** The first thing that is wrong with any of them, errors before warnings. */
const checkTargets = (examples: Examples, targets: readonly TargetPart[]): Outcome => {
  const outcomes = targets.map((part) => {
    const own = withTarget(examples, part);
    if (part.kind === 'labels') return checkFlags(own.target, part);
    if (part.kind === 'tags') return checkClasses(taggedOf(own, part).examples.target, part.classes!);
    return own.classes === null ? checkNumbers(own.target) : checkClasses(own.target, own.classes);
  });
  const wrong = outcomes.filter(({ finding }) => finding !== undefined);
  const worst = wrong.find(({ finding }) => finding!.severity === 'error') ?? wrong[0];
  return worst ?? clean('labels', targets.map(({ name }, at) => `${name}: ${outcomes[at]!.check.what}`).join('; '));
};

const checkFlags = (target: ArrayLike<number>, { name, width, classes }: TargetPart): Outcome => {
  const counts = new Float64Array(width);
  for (let at = 0; at < target.length; at += 1) counts[at % width]! += target[at]!;
  const rows = target.length / width;
  const same = (classes ?? []).filter((_, at) => counts[at] === 0 || counts[at] === rows);
  if (same.length === 0) return clean('labels', `${rows} lists of ${width} labels, ${width} outputs`);
  const isNothing = same.length === width;
  return found('labels', `the lists of labels "${name}" of train`, {
    severity: isNothing ? 'error' : 'warning',
    message: isNothing
      ? `each label of "${name}" is there in all rows of train or in none: there is nothing to learn`
      : `of "${name}", ${same.slice(0, 10).join(', ')} are there in all rows of train or in none`,
    evidence: { rows, labels: width, without_difference: same.length },
    remedy: 'a source with rows that have them and rows that have not',
  });
};

const checkNumbers = (target: ArrayLike<number>): Outcome => {
  const values = Array.from(target);
  const broken = values.filter((value) => !Number.isFinite(value)).length;
  if (broken > 0)
    return found('labels', 'the targets of train', {
      severity: 'error',
      message: `${broken} targets of train are no finite numbers`,
      evidence: { rows: values.length, broken },
      remedy: 'clean drops rows without a target',
    });
  if (new Set(values).size < 2)
    return found('labels', 'the targets of train', {
      severity: 'error',
      message: `all targets of train are ${values[0]}: there is nothing to learn`,
      evidence: { rows: values.length, value: values[0] ?? 0 },
      remedy: 'another target, or a split that is not made by it',
    });
  return clean('labels', `${values.length} targets, all finite, one output`);
};

const checkClasses = (target: ArrayLike<number>, classes: readonly string[]): Outcome => {
  const counts = new Float64Array(classes.length);
  let broken = 0;
  for (let row = 0; row < target.length; row += 1) {
    if (Number.isInteger(target[row]) && target[row]! >= 0 && target[row]! < classes.length) counts[target[row]!]! += 1;
    else broken += 1;
  }
  const rows = target.length;
  const absent = classes.filter((_, at) => counts[at] === 0);
  if (broken > 0)
    return found('labels', 'the labels of train', {
      severity: 'error',
      message: `${broken} labels of train are none of the ${classes.length} classes`,
      evidence: { rows, broken, classes: classes.length },
      remedy: 'a schema or clean that holds the labels to their classes',
    });
  if (classes.length - absent.length < 2)
    return found('labels', 'the labels of train', {
      severity: 'error',
      message: `train has one class alone, ${classes.find((_, at) => counts[at]! > 0)}: there is nothing to learn`,
      evidence: { rows, classes: classes.length },
      remedy: 'a split that is stratified by the target',
    });
  if (absent.length > 0)
    return found('labels', 'the labels of train', {
      severity: 'warning',
      message: `train has no example of ${absent.slice(0, 10).join(', ')}`,
      evidence: { rows, classes: classes.length, absent: absent.length },
      remedy: 'a split that is stratified by the target',
    });
  return clean('labels', `${rows} labels of ${classes.length} classes, ${classes.length} outputs`);
};
