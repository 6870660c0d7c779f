import type { Examples } from '../../data/examples.ts';
import type { Task } from '../tasks.ts';
import { clean, found, type Outcome } from './subject.ts';

/** Holds the targets of train against the classes, and the network's outputs against the task. Needs no backend. */
export const checkLabels = (
  { target, classes }: Pick<Examples, 'target' | 'classes'>,
  { task, outputs }: { readonly task: Pick<Task, 'outputs'>; readonly outputs: readonly (number | null)[] },
): Outcome => {
  const units = outputs.at(-1) ?? 0;
  if (units !== task.outputs)
    return found('labels', 'the units of the head', {
      severity: 'error',
      message: `the network has ${units} outputs, and the task needs ${task.outputs}`,
      evidence: { outputs: units, needed: task.outputs },
      remedy: classes === null ? 'a head with one unit' : 'a head with a unit for each class',
    });
  return classes === null ? checkNumbers(target) : checkClasses(target, classes);
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
