import type { Drafts } from '../drafts.ts';
import { declaredOf } from './draft-flow.ts';
import type { FlowPipeline, FlowSource, FlowStage, Role } from './flow.ts';
import { madeOf } from './stage-facts.ts';

/**
 * What is known of how an out's rows were prepared: the fitted steps that they have gone through, in order. A step is a
 * stage that treats rows by what it has fitted on others, as an imputer does test by what train says. Of a model or of
 * what was fitted it is the steps of the rows that it was made of.
 */
export interface Prepared {
  /** Undefined where it cannot be known: nothing is said of such an out. */
  readonly steps: readonly string[] | undefined;
  /** Of an out that is a list of steps: those in it. */
  readonly listed: readonly string[] | undefined;
  /** The parts of splits that its rows are of. */
  readonly roles: ReadonlySet<Role>;
  /** It is rows to be prepared alike, or a model of such. */
  readonly isHeld: boolean;
}

/** Outs of a pipeline by `stage.out`. */
export type AllPrepared = ReadonlyMap<string, Prepared>;

export type Mistake =
  /** Rows, or a model and rows, that went through different steps meet at a stage. */
  | { readonly kind: 'otherwise'; readonly stage: string; readonly dep: string; readonly like: string }
  /** The list of steps that a stage goes on from, or puts beside a model, is not that of its rows. */
  | { readonly kind: 'incomplete'; readonly stage: string; readonly dep: string; readonly rows: string }
  /** A stage that wants rows as they were split gets them prepared. */
  | { readonly kind: 'not raw'; readonly stage: string; readonly dep: string };

export interface StepsFound {
  readonly prepared: AllPrepared;
  readonly mistakes: readonly Mistake[];
}

/** Follows the fitted steps along a pipeline. Rows of files have gone through none; of other pipelines nothing is known. */
export const followSteps = (flow: FlowPipeline, drafts: Drafts): StepsFound => {
  const prepared = new Map<string, Prepared>();
  const mistakes: Mistake[] = [];
  for (const stage of flow.stages.values()) {
    const at: At = { stage, drafts, prepared, of: (dep) => preparedOf(stage.deps[dep], prepared) };
    const found = mistakesAt(at);
    mistakes.push(...found);
    // What comes of a mistake is no mistake of its own.
    const isSpoiled = found.some(({ kind }) => kind !== 'not raw');
    for (const out of Object.keys(stage.outs)) {
      const made = preparedOut(out, at);
      prepared.set(`${stage.name}.${out}`, isSpoiled ? { ...made, ...unknown } : made);
    }
  }
  return { prepared, mistakes };
};

const unknown = { steps: undefined, listed: undefined };

interface At {
  readonly stage: FlowStage;
  readonly drafts: Drafts;
  readonly prepared: AllPrepared;
  readonly of: (dep: string) => Prepared;
}

const nothing: Prepared = { ...unknown, roles: new Set(), isHeld: false };

const preparedOf = (source: FlowSource | undefined, prepared: AllPrepared): Prepared => {
  if (source === undefined || source.kind === 'pipeline') return nothing;
  if (source.kind === 'files') return { ...nothing, steps: [] };
  return prepared.get(`${source.stage}.${source.out}`) ?? nothing;
};

const preparedOut = (name: string, at: At): Prepared => {
  const { stage, drafts, of } = at;
  const out = stage.outs[name]!;
  const isFit = out.uses.fit.length > 0;
  // A command that is given a list of steps may well apply them.
  const mayApply = drafts.get(stage.name)?.type === undefined && Object.keys(stage.deps).some((dep) => of(dep).listed);
  const steps = mayApply
    ? undefined
    : joined((out.rows.length > 0 ? out.rows : out.uses.fit).map((dep) => of(dep).steps));
  const roles = new Set<Role>(out.split === undefined ? out.rows.flatMap((dep) => [...of(dep).roles]) : [out.split]);
  const type = drafts.get(stage.name)?.outs?.[name]?.type;
  return {
    steps: isFit && isStep(at) ? steps && [...steps, stage.name] : steps,
    listed: isFit && isStep(at) && out.rows.length === 0 ? listedFor(name, at) : undefined,
    roles,
    isHeld: type === 'dataset' || type === 'model' || roles.size > 0,
  };
};

/** The list of steps in an out: that of the dep that it goes on from, which has its name, and this one. */
const listedFor = (name: string, { stage, of }: At): readonly string[] | undefined => {
  const before = Object.hasOwn(stage.deps, name) ? of(name).listed : [];
  return before && [...before, stage.name];
};

const joined = (all: readonly (readonly string[] | undefined)[]): readonly string[] | undefined => {
  const [first] = all;
  return all.every((steps) => areEqual(steps, first)) ? first : undefined;
};

export const areEqual = (a: readonly string[] | undefined, b: readonly string[] | undefined): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((step, index) => step === b[index]);

/** Whether a stage treats rows by what it has fitted on others. */
const isStep = ({ stage, drafts }: At): boolean => {
  const draft = drafts.get(stage.name)!;
  const outs = Object.keys(draft.type?.declaration.outs ?? draft.outs ?? {});
  return outs.some((out) => {
    const { rows, fitted_on } = declaredOf(draft, out);
    const fitted = [fitted_on ?? []].flat();
    return fitted.length > 0 && [rows ?? []].flat().some((dep) => !fitted.includes(dep));
  });
};

const mistakesAt = (at: At): readonly Mistake[] => [...otherwiseAt(at), ...incompleteAt(at), ...notRawAt(at)];

/** What a fit, a choice or a judgement holds together, against the first of it. */
const otherwiseAt = ({ stage, of }: At): readonly Mistake[] => {
  const found = new Map<string, Mistake>();
  for (const out of Object.values(stage.outs)) {
    const { fit, choose, judge } = out.uses;
    const used = [...fit, ...choose, ...judge];
    const models = judge.length === 0 ? [] : madeOf(out, stage).filter((dep) => of(dep).roles.size === 0);
    const deps = [...new Set([...(fit.length === 0 ? models : []), ...used, ...(fit.length === 0 ? [] : out.rows)])];
    const [first, ...others] = deps.filter((dep) => of(dep).isHeld && of(dep).steps !== undefined);
    for (const dep of others) {
      if (areEqual(of(dep).steps, of(first!).steps) || found.has(dep)) continue;
      found.set(dep, { kind: 'otherwise', stage: stage.name, dep, like: first! });
    }
  }
  return [...found.values()];
};

/** Of stage types alone: what a command does with a list of steps is not known. */
const incompleteAt = (at: At): readonly Mistake[] => {
  const { stage, drafts, of } = at;
  const declared = drafts.get(stage.name)?.type?.declaration.deps ?? {};
  const [rows] = Object.values(stage.outs).flatMap(({ uses }) => uses.fit);
  const steps = rows === undefined ? undefined : of(rows).steps;
  if (rows === undefined || steps === undefined) return [];
  return Object.keys(declared).flatMap((dep): Mistake[] => {
    const isGiven = Object.hasOwn(stage.deps, dep);
    const goesOn = isStep(at) && stage.outs[dep] !== undefined && stage.outs[dep].rows.length === 0;
    const listed = isGiven ? of(dep).listed : goesOn ? [] : undefined;
    if (listed === undefined || areEqual(listed, steps)) return [];
    return [{ kind: 'incomplete', stage: stage.name, dep, rows }];
  });
};

const notRawAt = ({ stage, drafts, of }: At): readonly Mistake[] => {
  const declared = drafts.get(stage.name)?.type?.declaration.deps ?? {};
  return Object.keys(stage.deps).flatMap((dep): Mistake[] =>
    declared[dep]?.raw === true && (of(dep).steps ?? []).length > 0
      ? [{ kind: 'not raw', stage: stage.name, dep }]
      : [],
  );
};
