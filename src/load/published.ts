import type { Stage } from '../types/pipeline.ts';

/**
 * Where each thing that a gate publishes lies in `artifacts/<pipeline>/accepted/`: of a dep, its name with the suffix of
 * the out's file; of the gate's own outs, their path. What no stage of the pipeline made is not published.
 */
export const publishedPaths = (
  gate: Pick<Stage, 'name' | 'deps' | 'outs'>,
  outsOf: (stage: string) => Readonly<Record<string, { readonly path: string }>> | undefined,
): readonly PublishedPath[] => [
  ...Object.entries(gate.deps).flatMap(([name, dep]): PublishedPath[] => {
    const out = dep.kind === 'stage' ? outsOf(dep.stage)?.[dep.out] : undefined;
    if (dep.kind !== 'stage' || out === undefined) return [];
    return [{ path: `${name}${suffixOf(out.path)}`, stage: dep.stage, out: dep.out, dep: name }];
  }),
  ...Object.entries(gate.outs).map(([out, { path }]) => ({ path, stage: gate.name, out })),
];

export interface PublishedPath {
  readonly path: string;
  readonly stage: string;
  readonly out: string;
  /** Of the gate; absent for its own outs. */
  readonly dep?: string;
}

/** As `.json`; of a folder's name too, if it has one. */
const suffixOf = (path: string): string => /\.[^./]+$/.exec(path)?.[0] ?? '';
