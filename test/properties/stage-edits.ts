import { areNested } from '../../src/load/probe.ts';
import type { Json } from '../../src/types/json.ts';
import type { DepModel, Keep, Model, StageModel } from './model.ts';
import { outsOf } from './model.ts';

/** Makes choices for an edit: each call a number from 0 to n - 1. */
export type Choose = (n: number) => number;

/** Makes several choices of one number. */
export const chooser = (number: number): Choose => {
  let left = number;
  return (n) => {
    const choice = left % n;
    left = Math.floor(left / n);
    return choice;
  };
};

/** Undefined where there is nothing of the kind to edit. */
export type StageEdit = (stage: StageModel, choose: Choose, model: Model) => StageModel | undefined;

export const among = <Value>(list: readonly Value[], choose: Choose): Value | undefined =>
  list.length === 0 ? undefined : list[choose(list.length)];

const values: readonly Json[] = [
  0,
  1,
  2,
  1.5,
  '0',
  '1',
  'x',
  "it's",
  '',
  true,
  false,
  null,
  [1, 2],
  [2, 1],
  [],
  { a: 1, b: 2 },
  { b: 1, a: 2 },
  { a: 1 },
];
export const literals = [
  'alpha',
  'beta',
  '--gamma',
  'tools/lib.sh',
  'data/f1.txt',
  '--with=data/f2.txt',
  'd0',
  'd1',
  'data/late.txt',
];
const outPaths = ['o.txt', 'sub/o.txt', 'o.d', 'sub.d', 'deep/er/o.d', 'o.d/in.txt'];
export const keeps: readonly Keep[] = ['all', 'bit', 'nothing'];
const paths = ['data/f0.txt', 'data/f1.txt', 'data/f2.txt', 'data/dir', 'data/*.txt'];

/** A dep on an out of a stage above, or on files of the project. A stage type cannot read a glob. */
export const someDep = (stage: StageModel, choose: Choose, { stages }: Model): DepModel => {
  const index = stages.findIndex(({ name }) => name === stage.name);
  const above = among(stages.slice(0, index === -1 ? stages.length : index), choose);
  if (above !== undefined && choose(4) > 0)
    return { kind: 'out', stage: above.name, out: among(Object.keys(outsOf(above)), choose)! };
  return { kind: 'path', path: among(stage.program.kind === 'uses' ? paths.slice(0, 4) : paths, choose)! };
};

const someName = (stage: StageModel, choose: Choose): string =>
  among(stage.program.kind === 'uses' ? ['a', 'b'] : ['d0', 'd1', 'd2', 'constructor'], choose)!;

const without = <Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));

/** Edits of one stage in the pipeline's file. */
export const stageEdits = {
  'set a param': (stage, choose) => {
    const name = among(stage.program.kind === 'uses' ? ['bins', 'mode', 'p0'] : ['p0', 'p1', 'constructor'], choose)!;
    return { ...stage, params: { ...stage.params, [name]: among(values, choose)! } };
  },
  'keep more or less': (stage, choose) => ({ ...stage, params: { ...stage.params, keep: among(keeps, choose)! } }),
  'remove a param': (stage, choose) => {
    const name = among(Object.keys(stage.params), choose);
    return name === undefined ? undefined : { ...stage, params: without(stage.params, name) };
  },
  'set a dep': (stage, choose, model) => ({
    ...stage,
    deps: { ...stage.deps, [someName(stage, choose)]: someDep(stage, choose, model) },
  }),
  'remove a dep': (stage, choose) => {
    const name = among(Object.keys(stage.deps), choose);
    return name === undefined ? undefined : { ...stage, deps: without(stage.deps, name) };
  },
  'swap two deps': (stage) => {
    const [[first, a] = [], [second, b] = []] = Object.entries(stage.deps);
    if (first === undefined || second === undefined) return undefined;
    return { ...stage, deps: { ...stage.deps, [first]: b!, [second]: a! } };
  },
  'swap two words': (stage, choose) => {
    const { program } = stage;
    if (program.kind === 'uses' || program.words.length < 3) return undefined;
    const words = [...program.words];
    const at = 1 + choose(words.length - 2);
    [words[at], words[at + 1]] = [words[at + 1]!, words[at]!];
    return { ...stage, program: { ...program, words } };
  },
  'add a word': (stage, choose) => {
    const { program, deps, params } = stage;
    if (program.kind === 'uses' || program.words.length > 8) return undefined;
    const placeholders = Object.entries({ deps, params, outs: program.outs }).flatMap(([group, names]) =>
      Object.keys(names).map((name) => `{${group}.${name}}`),
    );
    const words = [...program.words, among([...literals, ...placeholders], choose)!];
    return { ...stage, program: { ...program, words } };
  },
  'remove a word': (stage, choose) => {
    const { program } = stage;
    if (program.kind === 'uses' || program.words.length < 2) return undefined;
    const at = 1 + choose(program.words.length - 1);
    return { ...stage, program: { ...program, words: program.words.filter((_, i) => i !== at) } };
  },
  'turn argv into a line': (stage) => {
    const { program } = stage;
    return program.kind === 'uses' ? undefined : { ...stage, program: { ...program, shell: !program.shell } };
  },
  'set an out': (stage, choose) => {
    const { program } = stage;
    if (program.kind === 'uses') return undefined;
    const name = among(['o0', 'o1'], choose)!;
    const taken = Object.entries(program.outs).flatMap(([other, path]) => (other === name ? [] : [path]));
    const free = outPaths.filter((path) => !taken.some((other) => areNested(path, other)));
    return { ...stage, program: { ...program, outs: { ...program.outs, [name]: among(free, choose)! } } };
  },
  'remove an out': (stage, choose) => {
    const { program } = stage;
    if (program.kind === 'uses' || Object.keys(program.outs).length < 2) return undefined;
    const name = among(Object.keys(program.outs), choose)!;
    return { ...stage, program: { ...program, outs: without(program.outs, name) } };
  },
  'swap two outs': (stage) => {
    const { program } = stage;
    if (program.kind === 'uses') return undefined;
    const { o0, o1 } = program.outs;
    return o0 && o1 ? { ...stage, program: { ...program, outs: { o0: o1, o1: o0 } } } : undefined;
  },
  'declare a variable': (stage, choose) => ({ ...stage, declared: [...new Set([...stage.declared, `E${choose(3)}`])] }),
  'declare no variable': (stage) =>
    stage.declared.length > 0 ? { ...stage, declared: stage.declared.slice(1) } : undefined,
  'seed a command or not': (stage) => {
    const { program } = stage;
    return program.kind === 'uses' ? undefined : { ...stage, program: { ...program, seeded: !program.seeded } };
  },
  'say something aside': (stage, choose) => {
    const asides = [{}, { summary: 'It works.' }, { retries: 2 }, { timeout: 60 }, { passed: ['T0'] }];
    return { ...stage, aside: among(asides, choose)! };
  },
} satisfies Readonly<Record<string, StageEdit>>;
